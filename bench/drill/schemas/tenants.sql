-- A schema for each tenant, all with the same tables, and shared ones beside them.
create table public.tenants (id serial primary key, schema_name text not null unique, plan text not null default 'free');
create table public.countries (code char(2) primary key, name text not null);
insert into public.countries values ('DE', 'Deutschland'), ('FR', 'France'), ('PL', 'Polska'), ('CI', 'Côte d''Ivoire');
do $$
declare tenant text;
begin
  foreach tenant in array '{acme,"Big Corp",tenant-3,schön,_5}'::text[] loop
    insert into public.tenants (schema_name) values (tenant);
    execute format('create schema %I', tenant);
    execute format('set local search_path = %I', tenant);
    create type status as enum ('open', 'closed');
    create table customers (id bigint generated always as identity primary key, name text not null, country char(2) references public.countries);
    create table tickets (
      id bigint generated always as identity (start 1000) primary key, customer_id bigint not null references customers, status status not null default 'open',
      body text, "order" integer
    );
    create index on tickets (status) where status = 'open';
    create view open_tickets as select t.*, c.name from tickets t join customers c on c.id = t.customer_id where status = 'open';
    insert into customers (name, country) select tenant || n, (array['DE', 'FR', 'PL', 'CI'])[1 + n % 4] from generate_series(1, 40) n;
    insert into tickets (customer_id, body, status) select 1 + n % 40, 'ticket ' || n, (array['open', 'closed'])[1 + n % 2]::status
      from generate_series(1, 80) n;
  end loop;
end
$$;
