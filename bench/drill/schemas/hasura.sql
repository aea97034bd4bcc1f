-- As Hasura has it: its own catalogue, keys by pgcrypto, event triggers as triggers, computed fields as functions.
create schema hdb_catalog;
create extension pgcrypto;
create function hdb_catalog.gen_hasura_uuid() returns uuid language sql as 'select gen_random_uuid()';
create table hdb_catalog.hdb_version (
  hasura_uuid uuid not null default hdb_catalog.gen_hasura_uuid() primary key, version text not null, upgraded_on timestamptz not null,
  cli_state jsonb not null default '{}', console_state jsonb not null default '{}'
);
create unique index hdb_version_one_row on hdb_catalog.hdb_version ((version is not null));
create table hdb_catalog.hdb_metadata (id integer primary key, metadata json not null, resource_version integer not null default 1 unique);
create table hdb_catalog.event_log (
  id text default gen_random_uuid() primary key, schema_name text not null, table_name text not null, trigger_name text not null, payload jsonb not null,
  delivered boolean default false not null, error boolean default false not null, tries integer default 0 not null, created_at timestamp default now(),
  locked timestamptz, next_retry_at timestamp, archived boolean default false not null
);
create index event_log_fetch_events on hdb_catalog.event_log (locked nulls first, next_retry_at nulls first, created_at)
  where delivered = false and error = false and archived = false;
create table hdb_catalog.event_invocation_logs (
  id text default gen_random_uuid() primary key, trigger_name text, event_id text references hdb_catalog.event_log, status integer, request json
);
create function hdb_catalog.insert_event_log(schema_name text, table_name text, trigger_name text, op text, row_data json) returns text
  language plpgsql as $$
declare id text := gen_random_uuid();
begin
  insert into hdb_catalog.event_log (id, schema_name, table_name, trigger_name, payload)
    values (id, schema_name, table_name, trigger_name, json_build_object('op', op, 'data', row_data));
  return id;
end
$$;
create function hdb_catalog.notify_insert() returns trigger language plpgsql as $$
begin
  perform hdb_catalog.insert_event_log('public', 'authors', 'welcome', tg_op, row_to_json(new));
  return null;
end
$$;
create table authors (
  id uuid default gen_random_uuid() primary key, name text not null, email text not null,
  created_at timestamptz default now() not null, constraint email_is_one check (email ~* '^[^@]+@[^@]+$')
);
create table articles (
  id uuid default gen_random_uuid() primary key, author_id uuid not null references authors on update restrict on delete cascade, title text, rating integer,
  password text default crypt('x', gen_salt('bf'))
);
create function articles_is_good(article articles) returns boolean language sql stable as 'select article.rating > 3';
create view good_articles as select a.*, articles_is_good(a) as is_good from articles a where articles_is_good(a);
create trigger "notify_hasura_welcome_INSERT" after insert on authors for each row execute function hdb_catalog.notify_insert();
create trigger set_articles_updated_at before update on articles for each row execute function suppress_redundant_updates_trigger();
comment on trigger set_articles_updated_at on articles is 'trigger to set value of column "updated_at"';

insert into hdb_catalog.hdb_version (version, upgraded_on) values ('48', now());
insert into hdb_catalog.hdb_metadata values (1, '{"version": 3, "sources": [{"name": "default"}]}', 7);
insert into authors (name, email) select 'Author ' || n, n || '@example.com' from generate_series(1, 200) n;
insert into hdb_catalog.event_invocation_logs (trigger_name, event_id, status, request) select 'welcome', id, 200, '{"b":1}' from hdb_catalog.event_log;
insert into articles (author_id, title, rating, password) select id, 'Title of ' || name, length(name), null from authors;
