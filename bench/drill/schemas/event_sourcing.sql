-- An event store: events partitioned by month, then by hash; snapshots, projections, an outbox, advisory functions.
create type event_kind as (name text, version smallint);
create sequence global_position as bigint cache 20;
create table events (
  position bigint not null default nextval('global_position'), stream_id uuid not null, version integer not null, kind event_kind not null,
  data jsonb not null, metadata jsonb, recorded_at timestamptz not null, primary key (stream_id, version, recorded_at)
) partition by range (recorded_at);
create table events_2026_10 partition of events for values from ('2026-10-01 00:00+00') to ('2026-11-01 00:00+00');
create table events_2026_11 partition of events for values from ('2026-11-01 00:00+00') to ('2026-12-01 00:00+00')
  partition by hash (stream_id);
create table events_2026_11_0 partition of events_2026_11 for values with (modulus 2, remainder 0);
create table events_2026_11_1 partition of events_2026_11 for values with (modulus 2, remainder 1);
create table events_rest partition of events default;
create index on events (position);
create index on events using gin (data jsonb_path_ops);
create table snapshots (stream_id uuid primary key, version integer not null, state jsonb not null) with (fillfactor = 70);
create table projections (name text primary key, position bigint not null, is_live boolean not null default false);
create table outbox (id bigint generated always as identity primary key, event events not null, sent_at timestamptz) with (autovacuum_vacuum_scale_factor = 0.01);
create function append_only() returns trigger language plpgsql as $$ begin raise exception 'events are never changed'; end $$;
create trigger append_only before update or delete on events for each row execute function append_only();
create function notified() returns trigger language plpgsql as $$ begin perform pg_notify('events', new.position::text); return null; end $$;
create trigger notified after insert on events for each row execute function notified();
create rule never_emptied as on delete to projections do instead nothing;

insert into events (stream_id, version, kind, data, recorded_at)
  select md5((n % 40)::text)::uuid, n, row('OrderPlaced', n % 3)::event_kind, jsonb_build_object('total', n / 3.0),
         timestamptz '2026-10-10 00:00+00' + n * interval '3 hours'
  from generate_series(1, 500) n;
insert into snapshots select md5(n::text)::uuid, n, '{"lines": []}' from generate_series(1, 40) n;
insert into projections values ('orders', 480, true), ('customers', 12, false);
insert into outbox (event) select e from events e limit 50;
