CREATE TABLE "security_info"."app_password_entry" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"selector" text NOT NULL,
	"hash" text NOT NULL,
	"name" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT security_info.now() NOT NULL,
	"expires_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"last_used_scope" text,
	"last_used_client" text,
	"last_used_address" text,
	"last_used_by" text,
	"clients" text DEFAULT '' NOT NULL,
	CONSTRAINT "app_password_entry_user_id_id_pk" PRIMARY KEY("user_id","id"),
	CONSTRAINT "app_password_entry_selector" UNIQUE("user_id","selector")
);
