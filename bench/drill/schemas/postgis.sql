-- Shops on a map: geometries with a GiST index, a coordinate system of the user's own, tables that know nothing of maps.
create extension postgis;
create table brands (id serial primary key, name text not null unique);
create table shops (id serial primary key, brand_id integer not null references brands, name text not null, location geometry not null);
create index shops_location on shops using gist (location);
create table areas (id serial primary key, name text, outline geometry);
create table opening_hours (shop_id integer not null references shops, day smallint not null, opens time, closes time, primary key (shop_id, day));
create table reviews (id bigserial primary key, brand_id integer references brands, stars smallint not null, body text);
create table users (id bigserial primary key, email text not null unique);
create table favourites (user_id bigint references users, brand_id integer references brands, primary key (user_id, brand_id));
create view shops_in_areas as select a.id as area_id, s.id as shop_id from areas a join shops s on s.location && a.outline;

insert into spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) values (990001, 'local', 1, 'LOCAL_CS["hall"]', '+proj=tmerc');
insert into brands (name) select 'Brand ' || n from generate_series(1, 30) n;
insert into shops (brand_id, name, location)
  select 1 + n % 30, 'Shop ' || n, st_makeenvelope(n, n, n + 1, n + 1) from generate_series(1, 200) n;
insert into areas (name, outline) select 'Area ' || n, st_makeenvelope(n * 10, 0, n * 10 + 10, 300) from generate_series(1, 20) n;
insert into opening_hours select n, day, '08:00', '24:00' from generate_series(1, 200) n, generate_series(1, 2) day;
insert into reviews (brand_id, stars, body) select 1 + n % 30, 1 + n % 5, 'fine' from generate_series(1, 300) n;
insert into users (email) select n || '@example.com' from generate_series(1, 100) n;
insert into favourites select n, 1 + n % 30 from generate_series(1, 100) n;
