-- As Ecto's migrations leave it: binary_id keys, citext, phx.gen.auth, Oban's jobs with its enum, functions and checks.
create extension citext;
create extension "uuid-ossp";
create table schema_migrations (version bigint primary key, inserted_at timestamp(0) without time zone);
create table users (
  id uuid primary key, email citext not null, hashed_password varchar(255), confirmed_at timestamp(0) without time zone,
  inserted_at timestamp(0) without time zone not null
);
create unique index users_email_index on users (email);
create table users_tokens (
  id uuid primary key, user_id uuid not null references users on delete cascade, token bytea not null, context varchar(255) not null,
  sent_to varchar(255)
);
create unique index users_tokens_context_token_index on users_tokens (context, token);
create table organizations (id uuid default uuid_generate_v4() primary key, name varchar(255), settings jsonb default '{}' not null);
create table memberships (
  organization_id uuid not null references organizations, user_id uuid not null references users, roles varchar(255)[] default array[]::varchar[],
  constraint roles_not_null check (roles is not null), primary key (organization_id, user_id)
);
create type oban_job_state as enum ('available', 'scheduled', 'executing', 'retryable', 'completed', 'discarded', 'cancelled');
create function oban_count_estimate(state text, queue text) returns integer language plpgsql as $$
declare plan jsonb;
begin
  execute 'explain (format json) select id from public.oban_jobs where state = $1::public.oban_job_state' into plan using state;
  return plan -> 0 -> 'Plan' -> 'Plan Rows';
end
$$;
create table oban_jobs (
  id bigserial primary key, state oban_job_state default 'available' not null, queue text default 'default' not null, worker text not null,
  args jsonb default '{}' not null, errors jsonb[] default array[]::jsonb[] not null, attempt integer default 0 not null,
  attempted_by text[], tags varchar(255)[] default array[]::varchar[], scheduled_at timestamp without time zone default timezone('UTC', now()) not null,
  constraint attempt_range check (attempt >= 0), constraint worker_length check (char_length(worker) > 0 and char_length(worker) < 128)
);
create index oban_jobs_args_index on oban_jobs using gin (args);
create index oban_jobs_state_queue_index on oban_jobs (state, queue, scheduled_at, id);
create unlogged table oban_peers (name text primary key, node text not null, started_at timestamp not null, expires_at timestamp not null);

insert into schema_migrations select 20240101000000 + n, now() from generate_series(1, 40) n;
insert into users select md5(n::text)::uuid, 'User' || n || '@Example.com', '$argon2id$' || n, now(), now() from generate_series(1, 300) n;
insert into users_tokens select md5('t' || n)::uuid, md5(n::text)::uuid, sha256(n::text::bytea), 'session' from generate_series(1, 300) n;
insert into organizations (name) select 'Organization ' || n from generate_series(1, 40) n;
insert into memberships select o.id, u.id, '{owner}' from organizations o, users u where ascii(u.id::text) % 7 = ascii(o.id::text) % 7;
insert into oban_jobs (state, worker, args, errors, attempted_by)
  select (enum_range(null::oban_job_state))[1 + n % 7], 'App.Mailer', jsonb_build_object('id', n),
         case n % 3 when 0 then array['{"at": 1}'::jsonb] else array[]::jsonb[] end, array['node@1']
  from generate_series(1, 400) n;
insert into oban_peers values ('Oban', 'node@1', now(), now());
