-- Texts as people of several languages sort and compare them: ICU's collations, deterministic and not.
create collation german_phonebook (provider = icu, locale = 'de-u-co-phonebk');
create collation numeric_order (provider = icu, locale = 'en-u-kn-true');
create collation case_insensitive (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create collation ignore_accents (provider = icu, locale = 'und-u-ks-level1-kc-true', deterministic = false);
create table accounts (id serial primary key, email text collate case_insensitive not null unique, name text collate german_phonebook);
create index on accounts (name);
create table files (id serial primary key, path text collate numeric_order not null, folder text collate "en-x-icu");
create index on files (folder, path);
create table tags (name text collate ignore_accents primary key, uses integer not null default 0);
create table labels (id serial primary key, tag text collate ignore_accents not null references tags, colour text collate "C");
create domain title as text collate german_phonebook check (length(value) < 200);
create table books (id serial primary key, title title not null, words title[], search text collate "und-x-icu" generated always as (lower(title)) stored);
create view sorted_books as select * from books order by title collate german_phonebook;

insert into accounts (email, name) select 'User' || n || '@Example.com', (array['Ärger', 'Zebra', 'Strauß', 'Aegir'])[1 + n % 4] || n from generate_series(1, 200) n;
insert into files (path, folder) select 'file' || n || '.txt', 'Ordner ' || n % 9 from generate_series(1, 300) n;
insert into tags select 'étiquette' || n from generate_series(1, 100) n;
insert into labels (tag, colour) select 'étiquette' || n, 'red' from generate_series(1, 100) n;
insert into books (title, words) select 'Über ' || n, array['a', 'Ö'] from generate_series(1, 150) n;
