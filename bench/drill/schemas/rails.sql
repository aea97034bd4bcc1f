-- As Rails' migrations leave it: bigserial keys, citext, jsonb, Active Storage, a polymorphic association.
create extension citext;
create extension pgcrypto;
create table schema_migrations (version character varying not null primary key);
create table ar_internal_metadata (
  key character varying not null primary key, value character varying,
  created_at timestamp(6) without time zone not null, updated_at timestamp(6) without time zone not null
);
create table users (
  id bigserial primary key, email citext not null, encrypted_password character varying default ''::character varying not null,
  confirmation_token character varying, settings jsonb default '{}'::jsonb not null, role integer default 0 not null,
  sign_in_ip inet, created_at timestamp(6) without time zone not null
);
create unique index index_users_on_email on users (email);
create unique index index_users_on_token on users (confirmation_token) where confirmation_token is not null;
create table posts (
  id bigserial primary key, user_id bigint not null, title character varying, body text, tags character varying[] default '{}'::character varying[],
  published_on date, constraint fk_rails_5b5ddfd518 foreign key (user_id) references users (id)
);
create index index_posts_on_tags on posts using gin (tags);
create index index_posts_on_lower_title on posts (lower(title::text));
create table comments (
  id bigserial primary key, commentable_type character varying not null, commentable_id bigint not null, body text,
  public_id uuid default gen_random_uuid() not null
);
create index index_comments_on_commentable on comments (commentable_type, commentable_id);
create table api_keys (
  id uuid default gen_random_uuid() primary key, user_id bigint references users (id) on delete cascade,
  token character varying default encode(gen_random_bytes(20), 'hex') not null
);
create table active_storage_blobs (
  id bigserial primary key, key character varying not null unique, filename character varying not null,
  metadata text, byte_size bigint not null, checksum character varying, created_at timestamp(6) not null
);
create table active_storage_attachments (
  id bigserial primary key, name character varying not null, record_type character varying not null, record_id bigint not null,
  blob_id bigint not null constraint fk_rails_c3b3935057 references active_storage_blobs (id)
);

insert into schema_migrations select (20240101000000 + n)::text from generate_series(1, 40) n;
insert into ar_internal_metadata values ('environment', 'production', now(), now());
insert into users (email, settings, role, sign_in_ip, created_at, confirmation_token)
  select 'User' || n || '@Example.com', jsonb_build_object('locale', 'de', 'n', n), n % 3, '10.0.0.1', now(),
         case when n % 2 = 0 then md5(n::text) end
  from generate_series(1, 200) n;
insert into posts (user_id, title, body, tags, published_on)
  select 1 + n % 200, 'Title ' || n, repeat('text ', n % 40), array['a' || n % 5, 'b'], date '2026-01-01' + n
  from generate_series(1, 400) n;
insert into comments (commentable_type, commentable_id, body) select 'Post', n, 'yes' from generate_series(1, 300) n;
insert into api_keys (user_id) select n from generate_series(1, 100) n;
insert into active_storage_blobs (key, filename, byte_size, created_at)
  select md5(n::text), 'photo' || n || '.jpg', n * 1000, now() from generate_series(1, 120) n;
insert into active_storage_attachments (name, record_type, record_id, blob_id)
  select 'avatar', 'User', n, n from generate_series(1, 120) n;
