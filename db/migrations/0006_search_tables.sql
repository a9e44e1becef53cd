CREATE TABLE "search_words" (
	"word" text NOT NULL
);
--> statement-breakpoint
DROP INDEX "ticket_search_needle";--> statement-breakpoint
DROP INDEX "tickets_of_department";--> statement-breakpoint
ALTER TABLE "ticket_search" ADD COLUMN "language" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "ticket_search" ADD COLUMN "department_id" integer;--> statement-breakpoint
ALTER TABLE "ticket_search" ADD COLUMN "status" text DEFAULT 'received' NOT NULL;--> statement-breakpoint
ALTER TABLE "ticket_search" ADD COLUMN "source" text DEFAULT 'web' NOT NULL;--> statement-breakpoint
ALTER TABLE "ticket_search" ADD COLUMN "answered" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "search_words_word" ON "search_words" USING btree ("word");--> statement-breakpoint
CREATE INDEX "search_words_spelling" ON "search_words" USING gin (word gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "tickets_of_department" ON "tickets" USING btree ("department_id","status","source");--> statement-breakpoint
ALTER TABLE "ticket_search" DROP COLUMN "needle";