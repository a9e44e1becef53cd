-- What the filters of the board may ask of a ticket, as words.
CREATE FUNCTION quad_facets(status text, department_id integer, source text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY['status ' || status, 'department ' || department_id::text, 'source ' || source];
--> statement-breakpoint
DROP INDEX "ticket_search_document";--> statement-breakpoint
-- Beside the words, so that nothing need be read of the many tickets that have a common word and lie outside a filter.
-- Raising and changing tickets waits while it is made: three seconds for 100,000 tickets.
CREATE INDEX "ticket_search_found" ON "ticket_search" USING gin ("document",quad_facets(status, department_id, source));
--> statement-breakpoint
-- A word as two that stand side by side: "wifi" as "wi fi". Where it is also written in one, only a pair that makes up
-- a good part of what its longer word is used for means the same: else "lesson" would find "less on Mondays".
CREATE FUNCTION quad_split(words text) RETURNS tsquery LANGUAGE plpgsql STABLE PARALLEL SAFE STRICT AS $$
DECLARE
  plain text := quad_joined(quad_plain(words));
  asked tsquery := '';
  pair record;
  side_by_side tsquery;
BEGIN
  IF length(plain) NOT BETWEEN 4 AND 40 OR plain ~ '[[:space:][:digit:][:punct:]]' THEN RETURN asked; END IF;
  FOR pair IN
    SELECT starts.word AS starts, ends.word AS ends,
      CASE WHEN length(ends.word) > length(starts.word) THEN ends.word ELSE starts.word END AS longer
    FROM generate_series(1, length(plain) - 1) AS at,
      LATERAL (SELECT left(plain, at) AS word) AS starts,
      LATERAL (SELECT substr(plain, at + 1) AS word) AS ends
    -- The known words are those from three letters on.
    WHERE (length(starts.word) < 3 OR EXISTS (SELECT FROM search_words AS known WHERE known.word = starts.word))
      AND (length(ends.word) < 3 OR EXISTS (SELECT FROM search_words AS known WHERE known.word = ends.word))
  LOOP
    side_by_side := phraseto_tsquery('pg_catalog.simple', pair.starts || ' ' || pair.ends);
    IF NOT EXISTS (SELECT FROM search_words WHERE word = plain) OR (
      SELECT count(*) FILTER (WHERE document @@ side_by_side) * 4 >= count(*)
      FROM (
        SELECT document FROM ticket_search
        WHERE document @@ (SELECT plainto_tsquery('pg_catalog.simple', pair.longer)) LIMIT 200
      ) AS used
    ) THEN asked := asked || side_by_side; END IF;
  END LOOP;
  RETURN asked;
END $$;
