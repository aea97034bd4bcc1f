-- Rooms that nobody books twice: exclusion constraints with btree_gist, ranges, multiranges, a range type of one's own.
create extension btree_gist;
create extension cube;
create extension earthdistance;
create type timerange as range (subtype = time, multirange_type_name = timemultirange);
create table rooms (id integer primary key, name text not null, place earth, open timerange not null, closed datemultirange not null default '{}');
create index on rooms using gist (place);
create table guests (id uuid default gen_random_uuid() primary key, name text not null, born date, prefers int4range);
create table bookings (
  id bigint generated always as identity primary key, room_id integer not null references rooms, guest_id uuid not null references guests, during tstzrange not null, cancelled boolean not null default false,
  nights integer generated always as ((upper(during) at time zone 'UTC')::date - (lower(during) at time zone 'UTC')::date) stored,
  constraint no_room_twice exclude using gist (room_id with =, during with &&) where (not cancelled),
  constraint not_empty check (not isempty(during))
);
create table rates (room_id integer references rooms, valid daterange not null, price numeric(10, 2) not null, exclude using gist (room_id with =, valid with &&));
create view free_now as select r.* from rooms r where not exists (select from bookings b where b.room_id = r.id and b.during @> now());

insert into rooms select n, 'Room ' || n, ll_to_earth(50 + n / 100.0, 8), timerange('08:00', '22:00'), '{[2026-12-24,2026-12-27)}' from generate_series(1, 40) n;
insert into guests (name, prefers) select 'Guest ' || n, int4range(n, n + 5) from generate_series(1, 200) n;
insert into bookings (room_id, guest_id, during)
  select 1 + g.place % 40, g.id, tstzrange(timestamptz '2026-01-01 15:00+00' + g.place * interval '1 day', timestamptz '2026-01-02 10:00+00' + g.place * interval '1 day')
  from (select id, row_number() over () as place from guests) g;
insert into rates select n, daterange(date '2026-01-01' + 30 * k, date '2026-01-31' + 30 * k), n * 10 + k from generate_series(1, 40) n, generate_series(0, 4) k;
