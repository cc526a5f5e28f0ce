CREATE TABLE "security_info"."access_pass" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"hash" "bytea" NOT NULL,
	"once" boolean NOT NULL,
	"issued_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT security_info.now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "access_pass_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "security_info"."help_request" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"proven" smallint NOT NULL,
	"client_address" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT security_info.now() NOT NULL,
	"settled_at" timestamp with time zone,
	"settled_by" uuid,
	CONSTRAINT "help_request_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "security_info"."password_reset" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"session_id" uuid,
	"proofs" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"asked" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp with time zone DEFAULT security_info.now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "password_reset_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
ALTER TABLE "security_info"."account" ADD COLUMN "administrator" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "security_info"."account" ADD COLUMN "groups" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "security_info"."flow" ADD COLUMN "act" text;--> statement-breakpoint
CREATE INDEX "access_pass_expiry" ON "security_info"."access_pass" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "help_request_open" ON "security_info"."help_request" USING btree ("user_id") WHERE settled_at is null;--> statement-breakpoint
CREATE INDEX "help_request_age" ON "security_info"."help_request" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "password_reset_expiry" ON "security_info"."password_reset" USING btree ("expires_at");
--> statement-breakpoint
CREATE VIEW "security_info"."person" AS SELECT k.value AS canonical, a.user_id, a.identifier, a.display_name, a.status = 'ACTIVE' AS active FROM "security_info"."account" a JOIN "security_info"."unique_key" k ON k.scope = 'identifier' AND k.user_id = a.user_id;
