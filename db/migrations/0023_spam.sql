CREATE TABLE "echoes" (
	"words" text PRIMARY KEY NOT NULL,
	"senders" text[] NOT NULL,
	"since" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "echo_of" text;--> statement-breakpoint
CREATE INDEX "echoes_by_age" ON "echoes" USING btree ("since");--> statement-breakpoint
CREATE INDEX "holds_echoes" ON "holds" USING btree ("echo_of") WHERE outcome is null and echo_of is not null;