-- An audit trail by triggers, with inheritance; rows that are each customer's own; event triggers, an outer server, rules.
create extension pgcrypto;
create extension postgres_fdw;
create schema audit;
do $$ begin create role app_reader nologin; exception when duplicate_object then null; end $$;
create table audit.logged (id bigserial primary key, at timestamptz default clock_timestamp(), by name default session_user, tag text, old jsonb, new jsonb);
create table audit.logged_payments (amount numeric) inherits (audit.logged);
create function audit.log() returns trigger language plpgsql security definer set search_path = pg_catalog, audit as $$
begin
  insert into audit.logged (tag, old, new) values (tg_table_name, to_jsonb(old), to_jsonb(new));
  return new;
end
$$;
create function audit.noted() returns event_trigger language plpgsql as $$ begin raise notice '%', tg_tag; end $$;
create event trigger noted on ddl_command_end execute function audit.noted();
create table customers (
  id integer generated always as identity primary key, tenant text not null default current_setting('app.tenant', true), name text not null,
  password text not null default crypt('x', gen_salt('bf', 8)), api_key text unique, card bytea, secret bytea default pgp_sym_encrypt('x', 'key')
);
create trigger log after insert or update or delete on customers for each row execute function audit.log();
alter table customers enable row level security;
alter table customers force row level security;
create policy own on customers using (tenant = current_setting('app.tenant', true)) with check (tenant = current_setting('app.tenant', true));
create policy readers on customers for select to app_reader using (true);
create sequence ticket_numbers increment by -1 minvalue -1000 maxvalue -1 cycle;
create table payments (id bigserial primary key, customer_id integer not null references customers, ticket integer default nextval('ticket_numbers'), paid boolean);
create view unpaid with (security_barrier) as select * from payments where not paid with local check option;
create rule paid as on insert to unpaid do instead insert into payments (customer_id, paid) values (new.customer_id, false);
create server warehouse foreign data wrapper postgres_fdw options (host 'warehouse.example', dbname 'w');
create foreign table stock (sku text, amount integer) server warehouse;
create index on customers (encode(digest(name, 'sha512'), 'hex'));
create access method own_heap type table handler heap_tableam_handler;
create operator === (leftarg = text, rightarg = text, function = texteq);

insert into customers (tenant, name, password, api_key, card, secret)
  select 'tenant' || n % 5, 'Customer ' || n, '$2a$08$' || md5(n::text), encode(gen_random_bytes(16), 'hex'), '\x01', null from generate_series(1, 200) n;
insert into audit.logged_payments (tag, amount) select 'payments', n from generate_series(1, 50) n;
insert into payments (customer_id, paid) select n, n % 2 = 0 from generate_series(1, 200) n;
