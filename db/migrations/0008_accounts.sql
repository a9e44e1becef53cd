CREATE TABLE "charges" (
	"account_id" integer NOT NULL,
	"month" text NOT NULL,
	"kind" text NOT NULL,
	"count" integer NOT NULL,
	"cost" bigint NOT NULL,
	CONSTRAINT "charges_account_id_month_kind_pk" PRIMARY KEY("account_id","month","kind")
);
--> statement-breakpoint
CREATE TABLE "stops" (
	"channel" text NOT NULL,
	"author_id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "stops_channel_author_id_pk" PRIMARY KEY("channel","author_id")
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "renewing_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "told_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "allowances" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "mirror" text DEFAULT 'first-and-final' NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "links" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "quiet_from" integer;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "quiet_until" integer;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "monthly_cap" integer;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "labelled" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "hashtags" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "search_cursor" text;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "more" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "images" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "checked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "gone_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "charges" ADD CONSTRAINT "charges_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE no action ON UPDATE no action;