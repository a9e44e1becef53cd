CREATE TABLE "sign_out_mails" (
	"account_id" integer NOT NULL,
	"person_id" text NOT NULL,
	"signed_out_at" timestamp (3) with time zone NOT NULL,
	"claimed_until" timestamp (3) with time zone,
	"sent_at" timestamp (3) with time zone,
	CONSTRAINT "sign_out_mails_account_id_person_id_signed_out_at_pk" PRIMARY KEY("account_id","person_id","signed_out_at")
);
--> statement-breakpoint
ALTER TABLE "sign_out_mails" ADD CONSTRAINT "sign_out_mails_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_out_mails" ADD CONSTRAINT "sign_out_mails_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE cascade ON UPDATE no action;