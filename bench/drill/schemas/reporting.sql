-- Reports: materialized views on views, unique indexes to refresh them, recursive views, window functions, crosstabs.
create extension tablefunc;
create table regions (id integer primary key, name text not null, parent_id integer references regions);
create table sales (id bigserial primary key, region_id integer not null references regions, sold date not null, amount numeric(12, 2) not null);
create index on sales (sold) where amount > 100;
create table targets (region_id integer references regions, year integer, amount numeric, primary key (region_id, year));
create recursive view region_tree (id, path) as
  select id, array[name] from regions where parent_id is null union all select r.id, t.path || r.name from regions r join region_tree t on t.id = r.parent_id;
create materialized view monthly as select region_id, date_trunc('month', sold)::date as month, sum(amount) as total from sales group by 1, 2;
create unique index on monthly (region_id, month);
create materialized view yearly as select region_id, extract(year from month)::integer as year, sum(total) as total from monthly group by 1, 2;
create materialized view never_filled as select 1 as one with no data;
create view against_target as select y.*, t.amount, rank() over (partition by y.year order by y.total desc) from yearly y join targets t using (region_id, year);
create function refresh_all() returns void language plpgsql security definer as $$ begin refresh materialized view concurrently public.monthly; end $$;
create role reader nologin;
grant select on all tables in schema public to reader;

insert into regions select n, 'Region ' || n, case when n > 5 then n % 5 + 1 end from generate_series(1, 40) n;
insert into sales (region_id, sold, amount) select 1 + n % 40, date '2025-01-01' + n % 600, n * 1.01 from generate_series(1, 900) n;
insert into targets select n, 2025, n * 100 from generate_series(1, 40) n;
refresh materialized view monthly;
refresh materialized view yearly;
