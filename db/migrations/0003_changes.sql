-- Every change that a public page could show is told to whoever listens, when it is kept. Notices that are
-- alike are told once in a transaction. `row`: the ticket also changed in lists. `page`: only on its own page.
CREATE FUNCTION quad_tell(what text, schema_name text) RETURNS void LANGUAGE sql AS $$
  SELECT pg_notify(left('quad_' || schema_name, 63), what)
$$;
--> statement-breakpoint
CREATE FUNCTION quad_tell_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM quad_tell('row ' || new.number, tg_table_schema);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION quad_tell_page() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF new.ticket_number IS NOT NULL THEN PERFORM quad_tell('page ' || new.ticket_number, tg_table_schema); END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION quad_tell_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM quad_tell('page ' || coalesce(ticket.merged_into, ticket.number), tg_table_schema)
  FROM announcements JOIN tickets AS ticket ON ticket.number = announcements.ticket_number
  WHERE announcements.id = new.announcement_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION quad_tell_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM quad_tell('all', tg_table_schema);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER tickets_told AFTER INSERT OR UPDATE ON tickets FOR EACH ROW EXECUTE FUNCTION quad_tell_row();
--> statement-breakpoint
CREATE TRIGGER entries_told AFTER INSERT OR UPDATE ON entries FOR EACH ROW EXECUTE FUNCTION quad_tell_page();
--> statement-breakpoint
CREATE TRIGGER posts_told AFTER INSERT OR UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION quad_tell_page();
--> statement-breakpoint
CREATE TRIGGER deliveries_told AFTER INSERT ON deliveries FOR EACH ROW EXECUTE FUNCTION quad_tell_delivery();
--> statement-breakpoint
CREATE TRIGGER deliveries_told_again AFTER UPDATE ON deliveries FOR EACH ROW
  WHEN (new.state IS DISTINCT FROM old.state OR new.url IS DISTINCT FROM old.url) EXECUTE FUNCTION quad_tell_delivery();
--> statement-breakpoint
CREATE TRIGGER departments_told AFTER INSERT OR UPDATE OR DELETE ON departments
  FOR EACH STATEMENT EXECUTE FUNCTION quad_tell_all();
--> statement-breakpoint
-- An account's own bookkeeping, every few seconds, is nothing that a page shows.
CREATE TRIGGER accounts_told AFTER INSERT OR DELETE OR UPDATE OF handle, name, url, department_id ON accounts
  FOR EACH STATEMENT EXECUTE FUNCTION quad_tell_all();
