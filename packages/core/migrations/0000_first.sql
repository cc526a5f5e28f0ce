CREATE SCHEMA "security_info";
--> statement-breakpoint
-- The one clock of everything that expires, backs off or counts steps. Tests put another in its place; nothing else can.
CREATE FUNCTION "security_info"."now"() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT pg_catalog.now()';
--> statement-breakpoint
CREATE TABLE "security_info"."account" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"display_name" text NOT NULL,
	"contact_email" text,
	"status" text DEFAULT 'ACTIVE' NOT NULL,
	"password" "bytea",
	"password_version" integer DEFAULT 0 NOT NULL,
	"revision" bigint DEFAULT 0 NOT NULL,
	"default_method_id" uuid,
	"default_way" text,
	"confirmed_at" timestamp with time zone,
	"snoozed_until" timestamp with time zone,
	"snoozes_used" smallint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT security_info.now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "security_info"."audit_event" (
	"user_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"at" timestamp with time zone DEFAULT security_info.now() NOT NULL,
	"type" text NOT NULL,
	"session_id" uuid,
	"request_id" text NOT NULL,
	"detail" jsonb NOT NULL,
	CONSTRAINT "audit_event_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "security_info"."budget" (
	"user_id" uuid NOT NULL,
	"ledger" text NOT NULL,
	"failures" integer NOT NULL,
	"lockouts" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "budget_user_id_ledger_pk" PRIMARY KEY("user_id","ledger")
);
--> statement-breakpoint
CREATE TABLE "security_info"."flow" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"type" text NOT NULL,
	"session_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"way" text NOT NULL,
	"method_id" uuid,
	"pending" "bytea" NOT NULL,
	"signal" "bytea",
	"attempts" smallint NOT NULL,
	"attempts_left" smallint NOT NULL,
	"created_at" timestamp with time zone DEFAULT security_info.now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"consumed_at" timestamp with time zone,
	CONSTRAINT "flow_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "security_info"."method" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"label" text NOT NULL,
	"state" text NOT NULL,
	"stored" "bytea" NOT NULL,
	"counter" bigint,
	"authenticator" text,
	"failures" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT security_info.now() NOT NULL,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "method_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "security_info"."policy_version" (
	"version" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "security_info"."policy_version_version_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"document" jsonb NOT NULL,
	"source" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT security_info.now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "security_info"."sealed_secret" (
	"name" text PRIMARY KEY NOT NULL,
	"value" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "security_info"."sealing_key" (
	"id" text PRIMARY KEY NOT NULL,
	"canary" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT security_info.now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "security_info"."session" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"password_version" integer NOT NULL,
	"proofs" jsonb NOT NULL,
	"registering_since" timestamp with time zone,
	"registration_skipped_at" timestamp with time zone,
	"client" text,
	"created_at" timestamp with time zone DEFAULT security_info.now() NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "session_user_id_id_pk" PRIMARY KEY("user_id","id"),
	CONSTRAINT "session_token" UNIQUE("user_id","token_hash")
);
--> statement-breakpoint
CREATE TABLE "security_info"."unique_key" (
	"scope" text NOT NULL,
	"value" text NOT NULL,
	"user_id" uuid NOT NULL,
	"method_id" uuid,
	CONSTRAINT "unique_key_scope_value_pk" PRIMARY KEY("scope","value")
);
--> statement-breakpoint
CREATE INDEX "audit_event_time" ON "security_info"."audit_event" USING btree ("user_id","at");--> statement-breakpoint
CREATE INDEX "budget_age" ON "security_info"."budget" USING btree ("updated_at");--> statement-breakpoint
CREATE INDEX "flow_expiry" ON "security_info"."flow" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "session_expiry" ON "security_info"."session" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "unique_key_owner" ON "security_info"."unique_key" USING btree ("user_id","method_id");