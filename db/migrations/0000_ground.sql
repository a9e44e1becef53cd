-- Extensions live in public, shared by every campus of the server; functions live in the campus's own schema.
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;
--> statement-breakpoint
-- unaccent is only "stable" because its dictionary may be edited; ours is the shipped one.
CREATE FUNCTION quad_plain(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN public.unaccent('public.unaccent'::regdictionary, lower(words));
--> statement-breakpoint
-- A hyphenated word is found by its parts and by the joined word: wi-fi as "wi", "fi", "wi-fi" and "wifi".
CREATE FUNCTION quad_document(title text, body text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN setweight(to_tsvector('pg_catalog.english', quad_plain(title)), 'A')
      || setweight(to_tsvector('pg_catalog.english', quad_plain(body)), 'B')
      || to_tsvector('pg_catalog.english', regexp_replace(quad_plain(title || ' ' || body), '(\w)[-''’](\w)', '\1\2', 'g'));
--> statement-breakpoint
CREATE FUNCTION quad_query(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  RETURN websearch_to_tsquery('pg_catalog.english', quad_plain(words))
      || websearch_to_tsquery('pg_catalog.english', regexp_replace(quad_plain(words), '(\w)[-''’](\w)', '\1\2', 'g'));
