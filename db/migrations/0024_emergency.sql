ALTER TABLE "holds" ADD COLUMN "learned_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "learned_by" text;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_learned_by_people_id_fk" FOREIGN KEY ("learned_by") REFERENCES "public"."people"("id") ON DELETE set null ON UPDATE no action;