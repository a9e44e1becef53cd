-- The campus's language as PostgreSQL's search knows it. Migrating writes this function anew when the campus says
-- another one; everything that is indexed or asked goes through it.
CREATE FUNCTION quad_language() RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN 'pg_catalog.english'::regconfig;
--> statement-breakpoint
-- An angle bracket ends a word: what stands between two of them would be taken for markup and left out.
CREATE OR REPLACE FUNCTION quad_plain(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN translate(public.unaccent('public.unaccent'::regdictionary, lower(words)), '<>', '  ');
--> statement-breakpoint
-- Wi-Fi as "wifi", the dean's as "deans".
CREATE FUNCTION quad_joined(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN regexp_replace(words, '(\w)[-''’](?=\w)', '\1', 'g');
--> statement-breakpoint
DROP FUNCTION quad_query(text);
--> statement-breakpoint
DROP FUNCTION quad_document(text, text);
--> statement-breakpoint
-- Stems of the words with and without their accents (a stemmer may know an ending only by its accent), the words as
-- they are written, and the joined ones. Only what a phrase needs keeps its place in the text.
CREATE FUNCTION quad_document(title text, body text) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE STRICT
  RETURN setweight(to_tsvector(quad_language(), quad_plain(title)), 'A')
      || to_tsvector(quad_language(), quad_plain(body))
      || CASE WHEN quad_plain(title || body) = lower(title || body) THEN ''
         ELSE strip(to_tsvector(quad_language(), lower(title || ' ' || body))) END
      || to_tsvector('pg_catalog.simple', quad_plain(title || ' ' || body))
      || CASE WHEN quad_joined(title || body) = title || body THEN ''
         ELSE to_tsvector('pg_catalog.simple', quad_joined(quad_plain(title || ' ' || body))) END;
--> statement-breakpoint
-- One word of a query, or several that stand side by side. Words that only hold a sentence together ask for nothing,
-- unless they are meant exactly. With `prefix`, words that begin like it will do.
CREATE FUNCTION quad_query(words text, prefix boolean, exact boolean) RETURNS tsquery
LANGUAGE plpgsql STABLE PARALLEL SAFE STRICT AS $$
DECLARE
  plain text := quad_plain(words);
  joined text := quad_joined(plain);
  parts text := regexp_replace(plain, '(\w)[-''’](?=\w)', '\1 ', 'g');
  stem tsquery := phraseto_tsquery(quad_language(), parts);
  start text := regexp_replace(joined, '[^\w]', '', 'g');
  asked tsquery := phraseto_tsquery('pg_catalog.simple', parts);
BEGIN
  IF joined <> parts THEN asked := asked || phraseto_tsquery('pg_catalog.simple', joined); END IF;
  IF exact THEN RETURN asked; END IF;
  IF numnode(stem) = 0 THEN RETURN stem; END IF;
  IF stem <> asked THEN asked := stem || asked; END IF;
  IF plain <> lower(words) THEN asked := asked || phraseto_tsquery(quad_language(), lower(words)); END IF;
  IF prefix AND length(start) > 2 THEN asked := asked || ('''' || start || ''':*')::tsquery; END IF;
  RETURN asked;
END $$;
--> statement-breakpoint
-- Enough of a ticket's words, because an index entry may not grow past a megabyte.
CREATE FUNCTION quad_index(ticket integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ticket_search (ticket_number, document, language, department_id, status, source, answered)
  SELECT number, quad_document(left(title, 1000), left(body, 40000)), quad_language(),
    department_id, status, source, answered_at IS NOT NULL
  FROM tickets WHERE number = ticket
  -- The rest is kept by its own trigger, and may have been changed since this read it.
  ON CONFLICT (ticket_number) DO UPDATE SET document = excluded.document, language = excluded.language;
  INSERT INTO search_words (word)
  SELECT said.lexeme
  FROM tickets, unnest(to_tsvector('pg_catalog.simple',
    quad_joined(quad_plain(left(title, 1000) || ' ' || left(body, 40000))))) AS said
  WHERE number = ticket AND length(said.lexeme) BETWEEN 3 AND 40 AND said.lexeme !~ '[0-9@./:_]'
    AND NOT EXISTS (SELECT FROM search_words WHERE word = said.lexeme);
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION quad_index_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM quad_index(new.number);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION quad_place_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ticket_search SET department_id = new.department_id, status = new.status, answered = new.answered_at IS NOT NULL
  WHERE ticket_number = new.number;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER tickets_placed AFTER UPDATE OF status, department_id, answered_at ON tickets
  FOR EACH ROW EXECUTE FUNCTION quad_place_ticket();
--> statement-breakpoint
UPDATE ticket_search SET department_id = tickets.department_id, status = tickets.status, source = tickets.source,
  answered = answered_at IS NOT NULL
FROM tickets WHERE number = ticket_number;
--> statement-breakpoint
-- Room on each page, so that a change of these stays on it and leaves the index alone.
ALTER TABLE ticket_search SET (fillfactor = 85);
