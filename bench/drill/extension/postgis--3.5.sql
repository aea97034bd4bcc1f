-- What a dump can meet of PostGIS: a type with a GiST operator class, a function, and a table of which some rows may be
-- the user's. Geometries are boxes here.
create type geometry;
create function geometry_in(cstring) returns geometry language internal immutable strict parallel safe as 'box_in';
create function geometry_out(geometry) returns cstring language internal immutable strict parallel safe as 'box_out';
create type geometry (input = geometry_in, output = geometry_out, internallength = 32, alignment = double);

create function geometry_overlaps(geometry, geometry) returns boolean
  language internal immutable strict parallel safe as 'box_overlap';
create operator && (leftarg = geometry, rightarg = geometry, function = geometry_overlaps, commutator = &&);
create function geometry_gist_consistent(internal, geometry, smallint, oid, internal) returns boolean
  language internal immutable strict parallel safe as 'gist_box_consistent';
create function geometry_gist_union(internal, internal) returns geometry
  language internal immutable strict parallel safe as 'gist_box_union';
create function geometry_gist_penalty(internal, internal, internal) returns internal
  language internal immutable strict parallel safe as 'gist_box_penalty';
create function geometry_gist_picksplit(internal, internal) returns internal
  language internal immutable strict parallel safe as 'gist_box_picksplit';
create function geometry_gist_same(geometry, geometry, internal) returns internal
  language internal immutable strict parallel safe as 'gist_box_same';
create operator class gist_geometry_ops_2d default for type geometry using gist as
  operator 3 &&,
  function 1 geometry_gist_consistent(internal, geometry, smallint, oid, internal),
  function 2 geometry_gist_union(internal, internal),
  function 5 geometry_gist_penalty(internal, internal, internal),
  function 6 geometry_gist_picksplit(internal, internal),
  function 7 geometry_gist_same(geometry, geometry, internal);

create cast (box as geometry) without function;
create function st_makeenvelope(double precision, double precision, double precision, double precision) returns geometry
  language sql immutable strict parallel safe as $$ select box(point($1, $2), point($3, $4))::geometry $$;

create table spatial_ref_sys (
  srid integer not null primary key check (srid > 0 and srid <= 998999),
  auth_name varchar(256),
  auth_srid integer,
  srtext varchar(2048),
  proj4text varchar(2048)
);
insert into spatial_ref_sys values (4326, 'EPSG', 4326, 'GEOGCS["WGS 84"]', '+proj=longlat +datum=WGS84 +no_defs');
select pg_catalog.pg_extension_config_dump('spatial_ref_sys', 'where srid not in (4326)');
grant select on spatial_ref_sys to public;
