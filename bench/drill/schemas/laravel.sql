-- As Laravel's migrations leave it: varchar with checks for enums, jobs and cache in the database, sanctum, soft deletes.
create table migrations (id serial primary key, migration varchar(255) not null, batch integer not null);
create table users (
  id bigserial primary key, name varchar(255) not null, email varchar(255) not null, email_verified_at timestamp(0) without time zone,
  password varchar(255) not null, remember_token varchar(100), created_at timestamp(0) without time zone, deleted_at timestamp(0) without time zone
);
alter table users add constraint users_email_unique unique (email);
create table password_reset_tokens (email varchar(255) primary key, token varchar(255) not null, created_at timestamp(0));
create table sessions (
  id varchar(255) primary key, user_id bigint, ip_address varchar(45), user_agent text, payload text not null, last_activity integer not null
);
create index sessions_last_activity_index on sessions (last_activity);
create table cache (key varchar(255) primary key, value text not null, expiration integer not null);
create table jobs (
  id bigserial primary key, queue varchar(255) not null, payload text not null, attempts smallint not null, reserved_at integer,
  available_at integer not null, created_at integer not null
);
create index jobs_queue_index on jobs (queue);
create table failed_jobs (
  id bigserial primary key, uuid varchar(255) not null unique, connection text not null, exception text not null,
  failed_at timestamp(0) default current_timestamp not null
);
create table personal_access_tokens (
  id bigserial primary key, tokenable_type varchar(255) not null, tokenable_id bigint not null, name varchar(255) not null,
  token varchar(64) not null unique, abilities text
);
create table invoices (
  id bigserial primary key, user_id bigint not null references users on delete cascade,
  status varchar(255) default 'draft' not null check (status::text = any (array['draft'::varchar, 'sent'::varchar, 'paid'::varchar]::text[])),
  amount numeric(8, 2) not null, meta json, ulid char(26) not null
);

insert into migrations (migration, batch) select '2024_01_01_' || n || '_create', 1 from generate_series(1, 30) n;
insert into users (name, email, password, created_at) select 'Ünï ' || n, n || '@example.com', '$2y$12$' || md5(n::text), now()
  from generate_series(1, 300) n;
insert into password_reset_tokens select n || '@example.com', md5(n::text) from generate_series(1, 20) n;
insert into sessions select md5(n::text), n, '2001:db8::1', 'Mozilla', encode(sha256(n::text::bytea), 'base64'), n from generate_series(1, 200) n;
insert into cache select 'laravel_cache_' || n, E's:5:"a\tb\\n";', n from generate_series(1, 150) n;
insert into jobs (queue, payload, attempts, available_at, created_at)
  select 'default', '{"job": "Illuminate\\Queue@call"}', 0, n, n from generate_series(1, 100) n;
insert into failed_jobs (uuid, connection, exception) select gen_random_uuid(), 'redis', E'Exception:\n#0 {main}' from generate_series(1, 20) n;
insert into personal_access_tokens (tokenable_type, tokenable_id, name, token)
  select 'App\Models\User', n, 'api', encode(sha256(n::text::bytea), 'hex') from generate_series(1, 100) n;
insert into invoices (user_id, amount, meta, ulid) select n, n, '{"b" : 1, "a": 2}', lpad(n::text, 20, '0') from generate_series(1, 300) n;
