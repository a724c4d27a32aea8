CREATE TABLE `clients` (
	`client_id` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`secret_hash` text NOT NULL,
	`scopes` text NOT NULL,
	`businesses` text,
	`rate_limit` text,
	`external_client_id` text,
	`created_at` integer NOT NULL,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE INDEX `clients_publisher` ON `clients` (`publisher_id`,`created_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `clients_external` ON `clients` (`external_client_id`) WHERE external_client_id IS NOT NULL AND revoked_at IS NULL;--> statement-breakpoint
CREATE TABLE `signing_keys` (
	`kid` text PRIMARY KEY NOT NULL,
	`generation` integer NOT NULL,
	`private_sealed` text NOT NULL,
	`public_jwk` text NOT NULL,
	`created_at` integer NOT NULL,
	`signs_from` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `signing_keys_generation` ON `signing_keys` (`generation`);--> statement-breakpoint
CREATE TABLE `token_failures` (
	`id` integer PRIMARY KEY NOT NULL,
	`client_hash` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `token_failures_client` ON `token_failures` (`client_hash`,`at`);--> statement-breakpoint
CREATE INDEX `token_failures_at` ON `token_failures` (`at`);