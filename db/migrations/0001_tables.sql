CREATE TABLE "departments" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "departments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"purpose" text NOT NULL,
	"answer_within" smallint DEFAULT 3 NOT NULL,
	CONSTRAINT "departments_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "routing_rules" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "routing_rules_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"department_id" integer NOT NULL,
	"kind" text NOT NULL,
	"term" text NOT NULL,
	CONSTRAINT "routing_rules_term" UNIQUE("kind","term")
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "accounts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"channel" text NOT NULL,
	"external_id" text NOT NULL,
	"handle" text NOT NULL,
	"name" text NOT NULL,
	"url" text NOT NULL,
	"department_id" integer,
	"credentials" text NOT NULL,
	"state" text DEFAULT 'connected' NOT NULL,
	"cursor" text,
	"leased_until" timestamp (3) with time zone,
	"read_after" timestamp (3) with time zone,
	"send_after" timestamp (3) with time zone,
	"read_at" timestamp (3) with time zone,
	"sent_at" timestamp (3) with time zone,
	"trouble" text,
	"trouble_at" timestamp (3) with time zone,
	CONSTRAINT "accounts_identity" UNIQUE("channel","external_id")
);
--> statement-breakpoint
CREATE TABLE "announcements" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "announcements_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"ticket_number" integer NOT NULL,
	"entry_id" bigint NOT NULL,
	"moment" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"addressed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "deliveries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"announcement_id" bigint NOT NULL,
	"post_id" bigint NOT NULL,
	"slot" text NOT NULL,
	"account_id" integer NOT NULL,
	"text" text NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"attempted_at" timestamp (3) with time zone,
	"due_at" timestamp (3) with time zone NOT NULL,
	"claim" text,
	"leased_until" timestamp (3) with time zone,
	"reason" text,
	"external_id" text,
	"url" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	CONSTRAINT "deliveries_slot" UNIQUE("post_id","slot")
);
--> statement-breakpoint
CREATE TABLE "posts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "posts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"channel" text NOT NULL,
	"first_id" text NOT NULL,
	"external_id" text NOT NULL,
	"kind" text NOT NULL,
	"account_id" integer,
	"ticket_number" integer,
	"author_id" text NOT NULL,
	"author_handle" text NOT NULL,
	"author_name" text NOT NULL,
	"text" text NOT NULL,
	"url" text NOT NULL,
	"posted_at" timestamp (3) with time zone NOT NULL,
	"edited_at" timestamp (3) with time zone,
	"conversation_id" text NOT NULL,
	"in_reply_to" text,
	"summons" text,
	"parent" jsonb,
	CONSTRAINT "posts_identity" UNIQUE("channel","first_id"),
	CONSTRAINT "posts_version" UNIQUE("channel","external_id")
);
--> statement-breakpoint
CREATE TABLE "drafts" (
	"id" text PRIMARY KEY NOT NULL,
	"fields" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"role" text DEFAULT 'student' NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "people_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_ins" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"code_hash" text NOT NULL,
	"link_hash" text NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"next" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	CONSTRAINT "sign_ins_link_hash_unique" UNIQUE("link_hash")
);
--> statement-breakpoint
CREATE TABLE "staff" (
	"person_id" text NOT NULL,
	"department_id" integer NOT NULL,
	CONSTRAINT "staff_person_id_department_id_pk" PRIMARY KEY("person_id","department_id")
);
--> statement-breakpoint
CREATE TABLE "entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"ticket_number" integer NOT NULL,
	"kind" text NOT NULL,
	"audience" text DEFAULT 'public' NOT NULL,
	"author_id" text,
	"department_id" integer,
	"post_id" bigint,
	"body" text,
	"from_status" text,
	"to_status" text,
	"related_ticket" integer,
	"submission_key" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "entries_submission" UNIQUE("author_id","submission_key"),
	CONSTRAINT "entries_declined_says_why" CHECK ("entries"."to_status" is distinct from 'declined' or coalesce("entries"."body", '') ~ '\S')
);
--> statement-breakpoint
CREATE TABLE "follows" (
	"ticket_number" integer NOT NULL,
	"person_id" text NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	CONSTRAINT "follows_ticket_number_person_id_pk" PRIMARY KEY("ticket_number","person_id")
);
--> statement-breakpoint
CREATE TABLE "ticket_search" (
	"ticket_number" integer PRIMARY KEY NOT NULL,
	"document" "tsvector" NOT NULL,
	"needle" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tickets" (
	"number" integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY (sequence name "tickets_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1001 CACHE 1),
	"slug" text NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"status" text DEFAULT 'received' NOT NULL,
	"department_id" integer,
	"author_id" text,
	"source" text NOT NULL,
	"submission_key" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"votes" integer DEFAULT 0 NOT NULL,
	"comments" integer DEFAULT 0 NOT NULL,
	"answers" integer DEFAULT 0 NOT NULL,
	"first_response_at" timestamp (3) with time zone,
	"response_minutes" integer,
	"responded_in_time" boolean,
	"answered_at" timestamp (3) with time zone,
	"closed_at" timestamp (3) with time zone,
	"promised_at" timestamp (3) with time zone,
	"merged_into" integer,
	CONSTRAINT "tickets_submission" UNIQUE("author_id","submission_key"),
	CONSTRAINT "tickets_merged" CHECK (("tickets"."status" = 'merged') = ("tickets"."merged_into" is not null)),
	CONSTRAINT "tickets_not_into_itself" CHECK ("tickets"."merged_into" <> "tickets"."number")
);
--> statement-breakpoint
CREATE TABLE "votes" (
	"ticket_number" integer NOT NULL,
	"person_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "votes_ticket_number_person_id_pk" PRIMARY KEY("ticket_number","person_id")
);
--> statement-breakpoint
CREATE TABLE "workers" (
	"id" text PRIMARY KEY NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "routing_rules" ADD CONSTRAINT "routing_rules_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "departments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "departments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "announcements" ADD CONSTRAINT "announcements_ticket_number_tickets_number_fk" FOREIGN KEY ("ticket_number") REFERENCES "tickets"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "announcements" ADD CONSTRAINT "announcements_entry_id_entries_id_fk" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_announcement_id_announcements_id_fk" FOREIGN KEY ("announcement_id") REFERENCES "announcements"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "posts" ADD CONSTRAINT "posts_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "posts" ADD CONSTRAINT "posts_ticket_number_tickets_number_fk" FOREIGN KEY ("ticket_number") REFERENCES "tickets"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_people_id_fk" FOREIGN KEY ("user_id") REFERENCES "people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff" ADD CONSTRAINT "staff_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff" ADD CONSTRAINT "staff_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "departments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_ticket_number_tickets_number_fk" FOREIGN KEY ("ticket_number") REFERENCES "tickets"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_author_id_people_id_fk" FOREIGN KEY ("author_id") REFERENCES "people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "departments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_related_ticket_tickets_number_fk" FOREIGN KEY ("related_ticket") REFERENCES "tickets"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follows" ADD CONSTRAINT "follows_ticket_number_tickets_number_fk" FOREIGN KEY ("ticket_number") REFERENCES "tickets"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follows" ADD CONSTRAINT "follows_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_search" ADD CONSTRAINT "ticket_search_ticket_number_tickets_number_fk" FOREIGN KEY ("ticket_number") REFERENCES "tickets"("number") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "departments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_author_id_people_id_fk" FOREIGN KEY ("author_id") REFERENCES "people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_merged_into_tickets_number_fk" FOREIGN KEY ("merged_into") REFERENCES "tickets"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "votes" ADD CONSTRAINT "votes_ticket_number_tickets_number_fk" FOREIGN KEY ("ticket_number") REFERENCES "tickets"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "votes" ADD CONSTRAINT "votes_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "announcements_open" ON "announcements" USING btree ("id") WHERE addressed_at is null;--> statement-breakpoint
CREATE INDEX "deliveries_due" ON "deliveries" USING btree ("due_at") WHERE state in ('queued', 'sending', 'checking');--> statement-breakpoint
CREATE INDEX "deliveries_of_announcement" ON "deliveries" USING btree ("announcement_id");--> statement-breakpoint
CREATE INDEX "deliveries_of_account" ON "deliveries" USING btree ("account_id","state");--> statement-breakpoint
CREATE INDEX "posts_of_conversation" ON "posts" USING btree ("channel","conversation_id");--> statement-breakpoint
CREATE INDEX "posts_of_ticket" ON "posts" USING btree ("ticket_number");--> statement-breakpoint
CREATE INDEX "drafts_by_age" ON "drafts" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "sessions_by_person" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_by_expiry" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "sign_ins_by_email" ON "sign_ins" USING btree ("email","created_at");--> statement-breakpoint
CREATE INDEX "entries_of_ticket" ON "entries" USING btree ("ticket_number","id");--> statement-breakpoint
CREATE INDEX "entries_by_author" ON "entries" USING btree ("author_id","created_at");--> statement-breakpoint
CREATE INDEX "entries_of_post" ON "entries" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "follows_of_person" ON "follows" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "ticket_search_document" ON "ticket_search" USING gin ("document");--> statement-breakpoint
CREATE INDEX "ticket_search_needle" ON "ticket_search" USING gin (needle gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "tickets_most_backed" ON "tickets" USING btree ("votes" DESC NULLS FIRST,"number" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "tickets_newest" ON "tickets" USING btree ("created_at" DESC NULLS FIRST,"number" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "tickets_recently_answered" ON "tickets" USING btree ("answered_at" DESC NULLS FIRST,"number" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "tickets_of_department" ON "tickets" USING btree ("department_id","status");--> statement-breakpoint
CREATE INDEX "tickets_owing" ON "tickets" USING btree ("promised_at") WHERE promised_at is not null;--> statement-breakpoint
CREATE INDEX "tickets_by_author" ON "tickets" USING btree ("author_id","created_at");--> statement-breakpoint
CREATE INDEX "tickets_merged_into" ON "tickets" USING btree ("merged_into") WHERE merged_into is not null;--> statement-breakpoint
CREATE INDEX "votes_of_person" ON "votes" USING btree ("person_id");