CREATE TABLE "security_info"."remembered_device" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"method_id" uuid NOT NULL,
	"client" text,
	"created_at" timestamp with time zone DEFAULT security_info.now() NOT NULL,
	"last_used_at" timestamp with time zone,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "remembered_device_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE INDEX "remembered_device_expiry" ON "security_info"."remembered_device" USING btree ("expires_at");