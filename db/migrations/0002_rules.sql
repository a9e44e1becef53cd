-- The search row follows the ticket's words: enough of them, because an index entry may not grow past a megabyte.
CREATE FUNCTION quad_index_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ticket_search (ticket_number, document, needle)
  VALUES (new.number, quad_document(left(new.title, 1000), left(new.body, 40000)), quad_plain(left(new.title, 1000) || ' ' || left(new.body, 400)))
  ON CONFLICT (ticket_number) DO UPDATE SET document = excluded.document, needle = excluded.needle;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER tickets_indexed AFTER INSERT OR UPDATE OF title, body ON tickets
  FOR EACH ROW EXECUTE FUNCTION quad_index_ticket();
--> statement-breakpoint
-- The timeline is append-only. The one change allowed is to forget who wrote an entry.
CREATE FUNCTION quad_keep_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'UPDATE' AND new.author_id IS NULL
     AND to_jsonb(new) - 'author_id' = to_jsonb(old) - 'author_id' THEN
    RETURN new;
  END IF;
  RAISE EXCEPTION 'A timeline is append-only: write a new entry instead';
END $$;
--> statement-breakpoint
CREATE TRIGGER entries_kept BEFORE UPDATE OR DELETE ON entries
  FOR EACH ROW EXECUTE FUNCTION quad_keep_entry();
--> statement-breakpoint
ALTER TABLE entries ADD CONSTRAINT entries_post_id_posts_id_fk FOREIGN KEY (post_id) REFERENCES posts (id);
