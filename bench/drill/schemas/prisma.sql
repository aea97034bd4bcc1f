-- As `prisma migrate` leaves it: cuid keys as text, quoted camelCase names, enums, implicit many-to-many tables.
create type "Role" as enum ('USER', 'ADMIN');
create type "SubscriptionStatus" as enum ('TRIALING', 'ACTIVE', 'PAST_DUE', 'CANCELED');
create table "_prisma_migrations" (
  id varchar(36) not null primary key, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null,
  logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0
);
create table "User" (
  "id" text not null, "email" text not null, "emailVerified" timestamp(3), "name" text, "role" "Role" not null default 'USER',
  "createdAt" timestamp(3) not null default current_timestamp, "updatedAt" timestamp(3) not null,
  constraint "User_pkey" primary key ("id")
);
create unique index "User_email_key" on "User" ("email");
create table "Account" (
  "id" text not null, "userId" text not null, "provider" text not null, "providerAccountId" text not null, "expires_at" integer,
  constraint "Account_pkey" primary key ("id"),
  constraint "Account_userId_fkey" foreign key ("userId") references "User" ("id") on delete cascade on update cascade
);
create unique index "Account_provider_providerAccountId_key" on "Account" ("provider", "providerAccountId");
create table "Session" (
  "id" text not null primary key, "sessionToken" text not null unique, "userId" text not null references "User" on delete cascade,
  "expires" timestamp(3) not null
);
create table "Team" ("id" text not null primary key, "slug" text not null unique, "metadata" jsonb, "features" text[], "levels" "Role"[]);
create table "Subscription" (
  "id" text not null primary key, "teamId" text not null references "Team" on delete restrict, "status" "SubscriptionStatus" not null,
  "quantity" integer not null default 1, "price" decimal(65, 30) not null, "renewsAt" timestamp(3)
);
create table "_TeamToUser" (
  "A" text not null references "Team" on delete cascade on update cascade,
  "B" text not null references "User" on delete cascade on update cascade,
  constraint "_TeamToUser_AB_pkey" primary key ("A", "B")
);
create index "_TeamToUser_B_index" on "_TeamToUser" ("B");

insert into "_prisma_migrations" (id, checksum, migration_name) select gen_random_uuid()::text, md5(n::text), n || '_init'
  from generate_series(1, 20) n;
insert into "User" ("id", "email", "name", "role", "updatedAt")
  select 'c' || substring(md5(n::text) for 24), 'u' || n || '@example.com', 'Name "' || n || '"', (enum_range(null::"Role"))[1 + n % 2], now()
  from generate_series(1, 300) n;
insert into "Account" select 'a' || n, 'c' || substring(md5(n::text) for 24), 'github', n, n from generate_series(1, 300) n;
insert into "Session" select 's' || n, md5(n::text), 'c' || substring(md5(n::text) for 24), now() from generate_series(1, 200) n;
insert into "Team" select 't' || n, 'team-' || n, '{"plan": "pro"}', array['a', null, 'c'], '{ADMIN,USER}' from generate_series(1, 50) n;
insert into "Subscription" select 'sub' || n, 't' || 1 + n % 50, 'ACTIVE', n, n / 3.0, now() from generate_series(1, 100) n;
insert into "_TeamToUser" select 't' || 1 + n % 50, 'c' || substring(md5(n::text) for 24) from generate_series(1, 300) n;
alter type "Role" add value 'OWNER' before 'ADMIN';
