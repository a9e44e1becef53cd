CREATE TABLE "verdicts" (
	"resolution_id" bigint NOT NULL,
	"person_id" text NOT NULL,
	"solved" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "verdicts_resolution_id_person_id_pk" PRIMARY KEY("resolution_id","person_id")
);
--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN "answer_due_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_resolution_id_entries_id_fk" FOREIGN KEY ("resolution_id") REFERENCES "entries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "verdicts_of_person" ON "verdicts" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "announcements_of_entry" ON "announcements" USING btree ("entry_id");--> statement-breakpoint
CREATE INDEX "entries_milestones" ON "entries" USING btree ("ticket_number","id") WHERE kind in ('answer', 'handover') or to_status is not null;