CREATE TABLE "invalidated_tickets" (
	"invalidation_id" bigint NOT NULL,
	"ticket_number" integer NOT NULL,
	"votes" integer NOT NULL,
	"before" integer NOT NULL,
	CONSTRAINT "invalidated_tickets_invalidation_id_ticket_number_pk" PRIMARY KEY("invalidation_id","ticket_number")
);
--> statement-breakpoint
CREATE TABLE "invalidation_mails" (
	"invalidation_id" bigint NOT NULL,
	"person_id" text NOT NULL,
	"claimed_until" timestamp (3) with time zone,
	"sent_at" timestamp (3) with time zone,
	CONSTRAINT "invalidation_mails_invalidation_id_person_id_pk" PRIMARY KEY("invalidation_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "invalidations" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "invalidations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (3) with time zone NOT NULL,
	"made_by" text,
	"made_by_role" text NOT NULL,
	"reason" text NOT NULL,
	"flag_id" bigint NOT NULL,
	"pattern" jsonb NOT NULL,
	"undone_at" timestamp (3) with time zone,
	"undone_by" text,
	"undone_by_role" text,
	"restored" integer,
	CONSTRAINT "invalidations_undone_whole" CHECK (num_nulls("invalidations"."undone_at", "invalidations"."undone_by_role", "invalidations"."restored") in (0, 3))
);
--> statement-breakpoint
-- Not logged: see the schema.
CREATE UNLOGGED TABLE "limits" (
	"key" text PRIMARY KEY NOT NULL,
	"points" integer NOT NULL,
	"expire" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "vote_flags" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "vote_flags_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"ticket_number" integer NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	"signs" text[] NOT NULL,
	"measures" jsonb NOT NULL,
	"origin" text,
	"found_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	"settled_by" text,
	CONSTRAINT "vote_flags_once" UNIQUE("ticket_number","since")
);
--> statement-breakpoint
ALTER TABLE "votes" ADD COLUMN "origin" text;--> statement-breakpoint
ALTER TABLE "votes" ADD COLUMN "invalidated_by" bigint;--> statement-breakpoint
ALTER TABLE "invalidated_tickets" ADD CONSTRAINT "invalidated_tickets_invalidation_id_invalidations_id_fk" FOREIGN KEY ("invalidation_id") REFERENCES "invalidations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invalidated_tickets" ADD CONSTRAINT "invalidated_tickets_ticket_number_tickets_number_fk" FOREIGN KEY ("ticket_number") REFERENCES "tickets"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invalidation_mails" ADD CONSTRAINT "invalidation_mails_invalidation_id_invalidations_id_fk" FOREIGN KEY ("invalidation_id") REFERENCES "invalidations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invalidation_mails" ADD CONSTRAINT "invalidation_mails_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invalidations" ADD CONSTRAINT "invalidations_made_by_people_id_fk" FOREIGN KEY ("made_by") REFERENCES "people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invalidations" ADD CONSTRAINT "invalidations_flag_id_vote_flags_id_fk" FOREIGN KEY ("flag_id") REFERENCES "vote_flags"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invalidations" ADD CONSTRAINT "invalidations_undone_by_people_id_fk" FOREIGN KEY ("undone_by") REFERENCES "people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vote_flags" ADD CONSTRAINT "vote_flags_ticket_number_tickets_number_fk" FOREIGN KEY ("ticket_number") REFERENCES "tickets"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vote_flags" ADD CONSTRAINT "vote_flags_settled_by_people_id_fk" FOREIGN KEY ("settled_by") REFERENCES "people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "invalidated_tickets_of_ticket" ON "invalidated_tickets" USING btree ("ticket_number");--> statement-breakpoint
CREATE INDEX "invalidation_mails_of_person" ON "invalidation_mails" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "invalidation_mails_open" ON "invalidation_mails" USING btree ("invalidation_id") WHERE sent_at is null;--> statement-breakpoint
CREATE INDEX "invalidations_made_by" ON "invalidations" USING btree ("made_by");--> statement-breakpoint
CREATE INDEX "invalidations_undone_by" ON "invalidations" USING btree ("undone_by");--> statement-breakpoint
CREATE INDEX "invalidations_of_flag" ON "invalidations" USING btree ("flag_id");--> statement-breakpoint
CREATE INDEX "limits_by_expiry" ON "limits" USING btree ("expire");--> statement-breakpoint
CREATE INDEX "vote_flags_settled_by" ON "vote_flags" USING btree ("settled_by");--> statement-breakpoint
ALTER TABLE "votes" ADD CONSTRAINT "votes_invalidated_by_invalidations_id_fk" FOREIGN KEY ("invalidated_by") REFERENCES "invalidations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "votes_recent" ON "votes" USING btree ("created_at") WHERE origin is not null;--> statement-breakpoint
CREATE INDEX "votes_invalidated" ON "votes" USING btree ("invalidated_by") WHERE invalidated_by is not null;
--> statement-breakpoint
-- Rows that are rewritten in place at each count need room beside them.
ALTER TABLE "limits" SET (fillfactor = 50);
--> statement-breakpoint
-- The public ledger shows each decision, and each ticket's page how many of its votes it took.
CREATE TRIGGER invalidations_told AFTER INSERT OR UPDATE ON invalidations
  FOR EACH STATEMENT EXECUTE FUNCTION quad_tell_all();
