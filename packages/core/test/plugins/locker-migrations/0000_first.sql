CREATE TABLE "security_info"."locker_item" (
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "locker_item_pk" PRIMARY KEY("user_id","name")
);
