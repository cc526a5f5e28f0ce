CREATE TABLE "security_info"."audit_clock" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"shift" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "security_info"."audit_seal" (
	"number" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "security_info"."audit_seal_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"from_tx" bigint NOT NULL,
	"to_tx" bigint NOT NULL,
	"events" integer NOT NULL,
	"hash" "bytea" NOT NULL,
	"sealed_at" timestamp with time zone DEFAULT security_info.now() NOT NULL,
	"pruned_at" timestamp with time zone
);
--> statement-breakpoint
INSERT INTO "security_info"."audit_clock" ("shift") VALUES (0);
--> statement-breakpoint
CREATE FUNCTION "security_info"."audit_tx"() RETURNS bigint LANGUAGE sql VOLATILE AS 'SELECT pg_current_xact_id()::text::bigint + shift FROM security_info.audit_clock';
--> statement-breakpoint
CREATE FUNCTION "security_info"."audit_horizon"() RETURNS bigint LANGUAGE sql VOLATILE AS 'SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + shift FROM security_info.audit_clock';
--> statement-breakpoint
ALTER TABLE "security_info"."audit_event" ADD COLUMN "tx" bigint DEFAULT security_info.audit_tx() NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_event_tx" ON "security_info"."audit_event" USING btree ("tx");