-- What still waits for its first answer has its first promise. What was answered has forgotten it, and says none.
UPDATE tickets SET answer_due_at = promised_at WHERE first_response_at IS NULL;

--> statement-breakpoint
CREATE FUNCTION quad_tell_verdict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM quad_tell('page ' || ticket_number, tg_table_schema) FROM entries WHERE id = new.resolution_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER verdicts_told AFTER INSERT OR UPDATE ON verdicts FOR EACH ROW EXECUTE FUNCTION quad_tell_verdict();
