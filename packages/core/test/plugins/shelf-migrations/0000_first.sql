CREATE TABLE "security_info"."shelf_item" (
	"user_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "shelf_item_pk" PRIMARY KEY("user_id","id")
);
