ALTER TABLE "accounts" ADD COLUMN "look_after" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "posts_to_look_up" ON "posts" USING btree ("channel","checked_at") WHERE gone_at is null and kind <> 'reply';--> statement-breakpoint
-- That a post was looked up is nothing that a page shows: pages are told of what they show.
DROP TRIGGER posts_told ON posts;
--> statement-breakpoint
CREATE TRIGGER posts_told AFTER INSERT OR UPDATE OF ticket_number, kind, summons, author_handle, author_name, text, url,
  edited_at, images, parent, gone_at ON posts FOR EACH ROW EXECUTE FUNCTION quad_tell_page();
--> statement-breakpoint
-- After a text is taken back, the words that no ticket has any more are forgotten too.
CREATE FUNCTION quad_forget_words(title text, body text) RETURNS void LANGUAGE sql AS $$
  DELETE FROM search_words
  WHERE word IN (
    SELECT said.lexeme FROM unnest(to_tsvector('pg_catalog.simple',
      quad_joined(quad_plain(left(title, 1000) || ' ' || left(body, 40000))))) AS said
  ) AND NOT EXISTS (
    SELECT FROM ticket_search WHERE document @@ phraseto_tsquery('pg_catalog.simple', word)
  );
$$;
