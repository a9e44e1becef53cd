ALTER TABLE "pseudonyms" ADD COLUMN "affiliation" text;--> statement-breakpoint
ALTER TABLE "unmaskings" ADD COLUMN "claimed_until" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "unmaskings_by_asker" ON "unmaskings" USING btree ("asked_by");--> statement-breakpoint
ALTER TABLE "unmaskings" ADD CONSTRAINT "unmaskings_say_why" CHECK ("unmaskings"."reason" ~ '\S');--> statement-breakpoint
ALTER TABLE "unmaskings" ADD CONSTRAINT "unmaskings_decided_whole" CHECK (("unmaskings"."decided_at" is null) = ("unmaskings"."granted" is null) and (not "unmaskings"."barred" or coalesce("unmaskings"."granted", false)));--> statement-breakpoint
-- What somebody is to the campus, where enough people are the same that it does not tell who they are.
CREATE FUNCTION quad_shared_affiliation(person text, fewest integer) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT theirs.affiliation
  FROM people, unnest(people.affiliations) AS theirs (affiliation)
  WHERE people.id = person
    AND (
      SELECT count(*) FROM (
        SELECT FROM people AS other WHERE theirs.affiliation = ANY (other.affiliations) LIMIT fewest
      ) AS enough
    ) = fewest
  ORDER BY array_position(
    ARRAY['student', 'faculty', 'staff', 'employee', 'member', 'affiliate', 'alum', 'library-walk-in'],
    theirs.affiliation
  )
  LIMIT 1
$$;
--> statement-breakpoint
-- The timeline is append-only. The one change allowed is to forget who wrote an entry, and with it the words of a
-- reader, if they took them back: what a department said stays.
CREATE OR REPLACE FUNCTION quad_keep_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'UPDATE' AND new.author_id IS NULL
     AND to_jsonb(new) - 'author_id' - 'body' = to_jsonb(old) - 'author_id' - 'body'
     AND (
       new.body IS NOT DISTINCT FROM old.body
       OR (
         new.body IS NULL AND old.author_id IS NOT NULL AND old.post_id IS NULL
         AND (old.kind = 'comment' OR (old.kind = 'note' AND old.from_status IS NOT NULL))
       )
     ) THEN
    RETURN new;
  END IF;
  RAISE EXCEPTION 'A timeline is append-only: write a new entry instead';
END $$;
--> statement-breakpoint
-- How many were asked for stands on a public page.
CREATE TRIGGER unmaskings_told AFTER INSERT OR UPDATE OF granted ON unmaskings
  FOR EACH STATEMENT EXECUTE FUNCTION quad_tell_all();
