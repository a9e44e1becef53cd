CREATE TABLE "care_notes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "care_notes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"hold_id" bigint NOT NULL,
	"author_id" text,
	"body" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "holds_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"what" text NOT NULL,
	"person_id" text,
	"submission_key" text,
	"ticket_number" integer,
	"post_id" bigint,
	"content" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"disputed_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	"opened_at" timestamp (3) with time zone,
	"opened_by" text,
	"referred_at" timestamp (3) with time zone,
	"alerted_at" timestamp (3) with time zone,
	"claimed_until" timestamp (3) with time zone,
	"outcome" text,
	"decided_at" timestamp (3) with time zone,
	"decided_by" text,
	"reason" text,
	CONSTRAINT "holds_submission" UNIQUE("person_id","submission_key"),
	CONSTRAINT "holds_decided_whole" CHECK (("holds"."outcome" is null) = ("holds"."decided_at" is null)),
	CONSTRAINT "holds_waiting_whole" CHECK ("holds"."outcome" is not null or "holds"."content" is not null),
	CONSTRAINT "holds_only_spam_expires" CHECK ("holds"."kind" = 'spam' or "holds"."expires_at" is null),
	CONSTRAINT "holds_only_spam_expired" CHECK ("holds"."kind" = 'spam' or "holds"."outcome" is distinct from 'expired'),
	CONSTRAINT "holds_refused_says_why" CHECK ("holds"."outcome" is distinct from 'refused' or "holds"."reason" is not null)
);
--> statement-breakpoint
CREATE TABLE "referrals" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "referrals_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"hold_id" bigint,
	"ticket_number" integer,
	"list_id" integer NOT NULL,
	"referred_by" text,
	"at" timestamp (3) with time zone NOT NULL,
	"mailed_at" timestamp (3) with time zone,
	"claimed_until" timestamp (3) with time zone,
	CONSTRAINT "referrals_of_one_thing" CHECK (("referrals"."hold_id" is null) <> ("referrals"."ticket_number" is null))
);
--> statement-breakpoint
CREATE TABLE "screening_settings" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"review_imports" boolean DEFAULT false NOT NULL,
	"country" text DEFAULT 'US' NOT NULL,
	"student_numbers" text[] DEFAULT '{}' NOT NULL,
	"rooms" text[] DEFAULT '{}' NOT NULL,
	"own" text[] DEFAULT '{}' NOT NULL,
	"seniors" text[] DEFAULT '{}' NOT NULL,
	"care_minutes" integer DEFAULT 60 NOT NULL,
	"held_minutes" integer DEFAULT 480 NOT NULL,
	"spam_hours" integer DEFAULT 24 NOT NULL,
	CONSTRAINT "screening_settings_one" CHECK ("screening_settings"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "word_lists" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "word_lists_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"words" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"office" text DEFAULT '' NOT NULL,
	"phone" text DEFAULT '' NOT NULL,
	"email" text DEFAULT '' NOT NULL,
	"crisis_line" text DEFAULT '' NOT NULL,
	"crisis_phone" text DEFAULT '' NOT NULL,
	"guidance" text DEFAULT '' NOT NULL,
	CONSTRAINT "word_lists_name_unique" UNIQUE("name")
);
--> statement-breakpoint
ALTER TABLE "care_notes" ADD CONSTRAINT "care_notes_hold_id_holds_id_fk" FOREIGN KEY ("hold_id") REFERENCES "holds"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "care_notes" ADD CONSTRAINT "care_notes_author_id_people_id_fk" FOREIGN KEY ("author_id") REFERENCES "people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_ticket_number_tickets_number_fk" FOREIGN KEY ("ticket_number") REFERENCES "tickets"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_opened_by_people_id_fk" FOREIGN KEY ("opened_by") REFERENCES "people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_decided_by_people_id_fk" FOREIGN KEY ("decided_by") REFERENCES "people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "referrals" ADD CONSTRAINT "referrals_hold_id_holds_id_fk" FOREIGN KEY ("hold_id") REFERENCES "holds"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "referrals" ADD CONSTRAINT "referrals_ticket_number_tickets_number_fk" FOREIGN KEY ("ticket_number") REFERENCES "tickets"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "referrals" ADD CONSTRAINT "referrals_list_id_word_lists_id_fk" FOREIGN KEY ("list_id") REFERENCES "word_lists"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "referrals" ADD CONSTRAINT "referrals_referred_by_people_id_fk" FOREIGN KEY ("referred_by") REFERENCES "people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "care_notes_of_hold" ON "care_notes" USING btree ("hold_id");--> statement-breakpoint
CREATE INDEX "care_notes_by_author" ON "care_notes" USING btree ("author_id");--> statement-breakpoint
CREATE UNIQUE INDEX "holds_of_post" ON "holds" USING btree ("post_id") WHERE outcome is null;--> statement-breakpoint
CREATE INDEX "holds_waiting" ON "holds" USING btree ("kind","created_at") WHERE outcome is null;--> statement-breakpoint
CREATE INDEX "holds_of_person" ON "holds" USING btree ("person_id","created_at");--> statement-breakpoint
CREATE INDEX "referrals_unmailed" ON "referrals" USING btree ("id") WHERE mailed_at is null;--> statement-breakpoint
CREATE INDEX "referrals_of_hold" ON "referrals" USING btree ("hold_id");--> statement-breakpoint
CREATE INDEX "referrals_by_person" ON "referrals" USING btree ("referred_by");--> statement-breakpoint
INSERT INTO "screening_settings" ("id") VALUES (1);
--> statement-breakpoint
-- A modest beginning. Which office and which line it leads to every campus has to fill in itself.
INSERT INTO "word_lists" ("kind", "name", "words", "guidance") VALUES
  ('self-harm', 'Self-harm and suicide', '{"en": [
    "suicide", "suicidal", "kill myself", "killing myself", "killed myself", "end my life", "ending my life",
    "take my own life", "taking my own life", "end it all", "want to die", "wanna die", "wish I was dead",
    "wish I were dead", "better off dead", "no reason to live", "do not want to live", "don''t want to live",
    "don''t want to be alive", "hurt myself", "hurting myself", "harm myself", "harming myself", "self harm*",
    "cut myself", "cutting myself", "overdose on", "overdosed on"]}',
    'If you are thinking of hurting yourself, or somebody else is, please talk to somebody now. You do not have to explain everything, and you do not have to be sure.'),
  ('sexual-misconduct', 'Sexual misconduct and harassment', '{"en": [
    "rape", "raped", "raping", "rapist", "sexual assault", "sexually assaulted", "sexually assaulting",
    "sexual harassment", "sexually harassed", "sexually harassing", "sexually abused", "sexual abuse", "molest*",
    "groped", "groping", "stalking me", "stalked me", "stalker", "touched me without", "forced himself on",
    "forced herself on", "forced me to have sex", "spiked my drink", "revenge porn"]}',
    'What happened is not your fault. You decide what you tell and to whom. The office below takes such reports in confidence and can tell you what you can do.'),
  ('threat', 'Threats and violence', '{"en": [
    "kill him", "kill her", "kill them", "kill you", "kill everyone", "kill everybody", "shoot up",
    "school shooting", "bring a gun", "bringing a gun", "has a gun", "have a gun", "bomb threat", "plant a bomb",
    "planted a bomb", "blow up the", "stab him", "stab her", "stab them", "stab you", "beat me up",
    "threatened to kill", "threatens to kill", "death threat", "death threats", "going to hurt you",
    "going to hurt him", "going to hurt her"]}',
    'If somebody is in danger now, call the emergency number. What you know may matter: the office below takes it at any time it is open.');
