CREATE TABLE "security_info"."message" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"channel" text NOT NULL,
	"flow_id" uuid,
	"number" smallint,
	"sealed" "bytea",
	"state" text DEFAULT 'QUEUED' NOT NULL,
	"problem" text,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"provider_id" text,
	"due_at" timestamp with time zone NOT NULL,
	"claimed_at" timestamp with time zone,
	"taken_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT security_info.now() NOT NULL,
	CONSTRAINT "message_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "security_info"."notice" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"type" text NOT NULL,
	"detail" jsonb NOT NULL,
	"locale" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT security_info.now() NOT NULL,
	"spread_at" timestamp with time zone,
	"undo_hash" "bytea",
	"undone_at" timestamp with time zone,
	CONSTRAINT "notice_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "security_info"."removed_method" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"row" jsonb NOT NULL,
	"stored" "bytea" NOT NULL,
	"unique_value" text,
	"removed_at" timestamp with time zone NOT NULL,
	"wanted_at" timestamp with time zone,
	CONSTRAINT "removed_method_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "security_info"."send_count" (
	"scope" text NOT NULL,
	"value" text NOT NULL,
	"window_end" timestamp with time zone NOT NULL,
	"sent" integer NOT NULL,
	"verified" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "send_count_scope_value_window_end_pk" PRIMARY KEY("scope","value","window_end")
);
--> statement-breakpoint
CREATE TABLE "security_info"."sign_in_flow" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"kind" text NOT NULL,
	"way" text NOT NULL,
	"pending" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT security_info.now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"consumed_at" timestamp with time zone,
	CONSTRAINT "sign_in_flow_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
ALTER TABLE "security_info"."flow" ADD COLUMN "delivery" "bytea";--> statement-breakpoint
ALTER TABLE "security_info"."flow" ADD COLUMN "sends" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "security_info"."flow" ADD COLUMN "sent_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "message_due" ON "security_info"."message" USING btree ("channel","due_at") WHERE state in ('QUEUED', 'SENDING', 'DEAD');--> statement-breakpoint
CREATE INDEX "message_flow" ON "security_info"."message" USING btree ("user_id","flow_id");--> statement-breakpoint
CREATE INDEX "message_age" ON "security_info"."message" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "notice_waiting" ON "security_info"."notice" USING btree ("created_at") WHERE spread_at is null;--> statement-breakpoint
CREATE INDEX "notice_age" ON "security_info"."notice" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "removed_method_age" ON "security_info"."removed_method" USING btree ("removed_at");--> statement-breakpoint
CREATE INDEX "send_count_end" ON "security_info"."send_count" USING btree ("window_end");--> statement-breakpoint
CREATE INDEX "sign_in_flow_expiry" ON "security_info"."sign_in_flow" USING btree ("expires_at");