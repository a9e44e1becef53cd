CREATE TABLE "photos" (
	"id" text PRIMARY KEY NOT NULL,
	"entry_id" bigint NOT NULL,
	"ticket_number" integer NOT NULL,
	"author_id" text,
	"description" text NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"image" "bytea" NOT NULL,
	"digest" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"removed_at" timestamp (3) with time zone,
	CONSTRAINT "photos_once" UNIQUE("entry_id","digest")
);
--> statement-breakpoint
ALTER TABLE "photos" ADD CONSTRAINT "photos_entry_id_entries_id_fk" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "photos" ADD CONSTRAINT "photos_ticket_number_tickets_number_fk" FOREIGN KEY ("ticket_number") REFERENCES "tickets"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "photos" ADD CONSTRAINT "photos_author_id_people_id_fk" FOREIGN KEY ("author_id") REFERENCES "people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "photos_of_ticket" ON "photos" USING btree ("ticket_number");--> statement-breakpoint
CREATE INDEX "photos_by_author" ON "photos" USING btree ("author_id","created_at");--> statement-breakpoint
CREATE TRIGGER photos_told AFTER INSERT OR UPDATE ON photos FOR EACH ROW EXECUTE FUNCTION quad_tell_page();
