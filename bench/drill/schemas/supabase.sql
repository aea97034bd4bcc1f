-- As a Supabase project has it: schemas of its services, policies to the roles of its API, extensions in their own schema.
do $$
begin
  create role anon nologin;
  create role authenticated nologin;
  create role service_role nologin bypassrls;
exception when duplicate_object then null;
end
$$;
create schema extensions;
create schema auth;
create schema storage;
create schema realtime;
create extension "uuid-ossp" with schema extensions;
create extension pgcrypto with schema extensions;
create extension pg_stat_statements with schema extensions;
create extension moddatetime with schema extensions;
grant usage on schema public, auth, storage to anon, authenticated, service_role;

create function auth.uid() returns uuid language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                  (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid
$$;
create function auth.role() returns text language sql stable as $$
  select nullif(current_setting('request.jwt.claim.role', true), '')::text
$$;
create type auth.aal_level as enum ('aal1', 'aal2', 'aal3');
create table auth.users (
  instance_id uuid, id uuid not null primary key, aud varchar(255), role varchar(255), email varchar(255), encrypted_password varchar(255),
  raw_app_meta_data jsonb, raw_user_meta_data jsonb, phone text default null unique, created_at timestamptz,
  confirmed_at timestamptz generated always as (created_at) stored, is_sso_user boolean not null default false
);
create unique index users_email_partial_key on auth.users (email) where is_sso_user = false;
create index users_instance_id_email_idx on auth.users (instance_id, lower(email::text));
create table auth.sessions (
  id uuid not null primary key, user_id uuid not null references auth.users on delete cascade, aal auth.aal_level, ip inet, not_after timestamptz
);
create table auth.refresh_tokens (
  id bigserial primary key, token varchar(255) unique, user_id varchar(255), revoked boolean, session_id uuid references auth.sessions on delete cascade
);
create table auth.schema_migrations (version varchar(255) not null primary key);
create table storage.buckets (
  id text not null primary key, name text not null unique, owner uuid, public boolean default false, allowed_mime_types text[]
);
create table storage.objects (
  id uuid not null default extensions.uuid_generate_v4() primary key, bucket_id text references storage.buckets, name text, metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored, version text
);
create unique index bucketid_objname on storage.objects (bucket_id, name);
create index name_prefix_search on storage.objects (name text_pattern_ops);
create table realtime.messages (
  id uuid not null default gen_random_uuid(), topic text not null, payload jsonb, inserted_at timestamp not null default now(),
  primary key (id, inserted_at)
) partition by range (inserted_at);
create table realtime.messages_2026_11 partition of realtime.messages for values from ('2026-11-01') to ('2026-12-01');
create table public.profiles (
  id uuid not null primary key references auth.users on delete cascade, username text unique check (char_length(username) >= 3),
  avatar_url text, updated_at timestamptz
);
create table public.invitations (
  id uuid default extensions.uuid_generate_v4() primary key, email text not null, secret bytea default extensions.gen_random_bytes(16),
  email_hash text generated always as (encode(extensions.digest(email, 'sha256'), 'hex')) stored
);
create index invitations_digest on public.invitations (extensions.digest(lower(email), 'sha256'));
create table public.todos (
  id bigint generated always as identity primary key, user_id uuid not null default auth.uid() references auth.users, task text,
  done boolean default false
);
alter table public.profiles enable row level security;
alter table public.todos enable row level security;
alter table storage.objects enable row level security;
create policy "Public profiles are visible to everyone." on public.profiles for select to anon, authenticated using (true);
create policy "Users can update own profile." on public.profiles for update to authenticated
  using ((select auth.uid()) = id) with check ((select auth.uid()) = id);
create policy "own todos" on public.todos to authenticated using (auth.uid() = user_id);
create policy "service" on public.todos as restrictive to service_role using (true);
create policy "Avatars" on storage.objects for select using (bucket_id = 'avatars');
grant all on all tables in schema public to anon, authenticated, service_role;
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;

create function public.handle_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, username) values (new.id, new.raw_user_meta_data ->> 'user_name');
  return new;
end
$$;
create trigger on_auth_user_created after insert on auth.users for each row execute function public.handle_new_user();
create trigger handle_updated_at before update on public.profiles for each row execute function extensions.moddatetime(updated_at);
create function extensions.pgrst_ddl_watch() returns event_trigger language plpgsql as $$ begin notify pgrst, 'reload schema'; end $$;
create event trigger pgrst_ddl_watch on ddl_command_end execute function extensions.pgrst_ddl_watch();
create publication supabase_realtime for table public.todos;

insert into auth.users (id, aud, role, email, raw_user_meta_data, created_at)
  select md5(n::text)::uuid, 'authenticated', 'authenticated', 'u' || n || '@example.com', jsonb_build_object('user_name', 'user' || n), now()
  from generate_series(1, 200) n;
insert into auth.sessions select md5('s' || n)::uuid, md5(n::text)::uuid, 'aal1', '192.0.2.1', now() from generate_series(1, 200) n;
insert into auth.refresh_tokens (token, user_id, revoked, session_id)
  select md5(n::text), n, false, md5('s' || n)::uuid from generate_series(1, 200) n;
insert into auth.schema_migrations select (20240101 + n)::text from generate_series(1, 50) n;
insert into storage.buckets (id, name) values ('avatars', 'avatars'), ('files', 'files');
insert into storage.objects (bucket_id, name, metadata) select 'files', 'a/' || n || '/b.png', '{"size": 1}' from generate_series(1, 150) n;
insert into realtime.messages (topic, payload, inserted_at) select 'room', '{}', timestamp '2026-11-21' from generate_series(1, 50) n;
insert into public.invitations (email) select 'I' || n || '@example.com' from generate_series(1, 100) n;
insert into public.todos (user_id, task) select md5((1 + n % 200)::text)::uuid, 'task ' || n from generate_series(1, 300) n;
