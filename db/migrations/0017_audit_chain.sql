ALTER TABLE "audit_log" ADD COLUMN "sequence" bigint;--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "previous" text;--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "hash" text;--> statement-breakpoint
ALTER TABLE "audit_log" ADD CONSTRAINT "audit_log_sequence_unique" UNIQUE("sequence");
--> statement-breakpoint
-- What the hash of a line is taken of: eight parts, one a line. None can hold a line break, so no two lines read alike.
CREATE FUNCTION quad_log_line(line audit_log) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT concat_ws(
    E'\n',
    line.sequence,
    line.previous,
    line.id,
    to_char(line.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    coalesce(to_json(line.actor_id)::text, 'null'),
    to_json(line.event)::text,
    to_json(line.subject)::text,
    line.details::text
  )
$$;
--> statement-breakpoint
-- Takes one line into the chain, behind the newest. Whoever calls it is the only one who does so meanwhile.
CREATE FUNCTION quad_chain_line(line_id bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  line audit_log;
BEGIN
  SELECT * INTO STRICT line FROM audit_log WHERE id = line_id;
  SELECT sequence + 1, hash INTO line.sequence, line.previous
    FROM audit_log WHERE sequence IS NOT NULL ORDER BY sequence DESC LIMIT 1;
  IF NOT FOUND THEN
    line.sequence := 1;
    line.previous := repeat('0', 64);
  END IF;
  UPDATE audit_log
    SET sequence = line.sequence,
        previous = line.previous,
        hash = encode(sha256(convert_to(quad_log_line(line), 'UTF8')), 'hex')
    WHERE id = line_id;
END $$;
--> statement-breakpoint
DROP TRIGGER audit_log_kept ON audit_log;
--> statement-breakpoint
-- The lines there are become the beginning of the chain.
DO $$
DECLARE
  line_id bigint;
BEGIN
  FOR line_id IN SELECT id FROM audit_log ORDER BY id LOOP
    PERFORM quad_chain_line(line_id);
  END LOOP;
END $$;
--> statement-breakpoint
-- The one change allowed is to give a line its place, which happens before anybody else can see it.
CREATE OR REPLACE FUNCTION quad_keep_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'UPDATE' AND old.sequence IS NULL AND new.sequence IS NOT NULL
     AND to_jsonb(new) - 'sequence' - 'previous' - 'hash' = to_jsonb(old) - 'sequence' - 'previous' - 'hash' THEN
    RETURN new;
  END IF;
  RAISE EXCEPTION 'The audit log is append-only';
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_log_kept BEFORE UPDATE OR DELETE ON audit_log
  FOR EACH ROW EXECUTE FUNCTION quad_keep_log();
--> statement-breakpoint
CREATE TRIGGER audit_log_kept_whole BEFORE TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION quad_keep_log();
--> statement-breakpoint
-- One writer at a time, until its transaction has ended. It runs while committing, when no other lock is asked for any
-- more: so nobody waits for this one while holding what its owner waits for.
CREATE FUNCTION quad_chain_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(727174, tg_relid::integer);
  PERFORM quad_chain_line(new.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER audit_log_chained AFTER INSERT ON audit_log
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION quad_chain_log();
