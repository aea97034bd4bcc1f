-- Full text: pg_trgm, unaccent, a configuration of one's own, tsvector columns that are generated or kept by triggers.
create extension pg_trgm;
create extension unaccent;
create extension fuzzystrmatch;
create text search configuration simple_unaccent (copy = simple);
alter text search configuration simple_unaccent alter mapping for hword, hword_part, word with unaccent, simple;
create text search dictionary english_without_stops (template = snowball, language = english);
create function unaccented(text) returns text language sql immutable parallel safe strict as
  $$ select public.unaccent('public.unaccent'::regdictionary, $1) $$;
create table articles (
  id serial primary key, title text not null, body text not null, language regconfig not null default 'english',
  document tsvector generated always as (setweight(to_tsvector('english', title), 'A') || to_tsvector('english', body)) stored
);
create index on articles using gin (document);
create index on articles using gin (title gin_trgm_ops);
create index on articles using gist (body gist_trgm_ops(siglen = 64));
create table people (id serial primary key, name text not null, searched tsvector, sound text generated always as (soundex(name)) stored);
create index on people (unaccented(lower(name)));
create index on people using gin (to_tsvector('public.simple_unaccent', name));
create trigger searched before insert or update on people for each row
  execute function tsvector_update_trigger(searched, 'public.simple_unaccent', name);
create table synonyms (word text primary key, same tsquery not null);
create view similar_people as select a.id, b.id as other from people a join people b on a.name % b.name and a.id < b.id;

insert into articles (title, body) select 'Cats and ' || n, repeat('The quick brown foxes jumped over ' || n || ' lazy dogs. ', n % 20) from generate_series(1, 300) n;
insert into people (name) select (array['Zoë', 'José', 'Łukasz', 'Müller', 'Anaïs'])[1 + n % 5] || ' ' || n from generate_series(1, 200) n;
insert into synonyms select 'word' || n, to_tsquery('english', 'cats & ' || n) from generate_series(1, 100) n;
