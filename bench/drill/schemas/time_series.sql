-- Measurements: partitions by day made by a function, BRIN, rollups, a foreign key to what measures.
create table devices (
  id integer generated always as identity primary key, serial macaddr not null unique, place point, firmware text collate "C" not null,
  tags text[] not null default '{}'
);
create table measurements (device_id integer not null references devices, at timestamptz not null, value double precision, quality real, raw bit(8))
  partition by range (at);
create function make_day(day date) returns void language plpgsql as $$
begin
  execute format('create table %I partition of measurements for values from (%L) to (%L)',
                 'measurements_' || to_char(day, 'YYYYMMDD'), day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
end
$$;
select make_day(date '2026-11-01' + n) from generate_series(0, 6) n;
create index measurements_at on measurements using brin (at) with (pages_per_range = 32);
create index measurements_device on measurements (device_id, at desc) include (value);
create statistics device_and_time (dependencies) on device_id, at from measurements;
create table hourly (device_id integer not null, hour timestamptz not null, low numeric, high numeric, mean double precision, n bigint, primary key (device_id, hour));
create view latest as select distinct on (device_id) * from measurements order by device_id, at desc;
create table alerts (id bigserial primary key, device_id integer references devices, during tstzrange not null, level smallint default 1);
create index on alerts using gist (during);

insert into devices (serial, place, firmware) select ('08:00:2b:00:00:' || lpad(to_hex(n), 2, '0'))::macaddr, point(n, n / 7.0), '1.' || n
  from generate_series(1, 50) n;
insert into measurements select 1 + n % 50, timestamptz '2026-11-01 00:00+00' + n * interval '11 minutes', case n % 9 when 0 then 'NaN' else sqrt(n) end, n / 3.0, n::bit(8)
  from generate_series(1, 900) n;
insert into hourly select device_id, date_trunc('hour', at), min(value)::numeric, max(value)::numeric, avg(value), count(*) from measurements group by 1, 2;
insert into alerts (device_id, during) select n, tstzrange(timestamptz '2026-11-01' + n * interval '1 hour', case when n % 2 = 0 then timestamptz '2026-11-09' end)
  from generate_series(1, 50) n;
