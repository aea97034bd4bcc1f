-- Files in the database: large objects that rows refer to, bytea, what is stored outside of the row, comments on all.
create extension lo;
create table files (id serial primary key, name text not null, content lo, size bigint not null, checksum bytea not null);
create trigger content_goes_too before update or delete on files for each row execute function lo_manage(content);
create table thumbnails (file_id integer primary key references files on delete cascade, image bytea not null);
alter table thumbnails alter column image set storage external;
create table mails (id bigserial primary key, raw bytea not null, headers json not null, attachments oid[] not null default '{}');
create table texts (id serial primary key, body text compression pglz not null);
comment on table files is 'What people have sent; "content" is a large object';
comment on column files.checksum is E'SHA-256\nof the content';

insert into files (name, content, size, checksum)
  select 'file ' || n, lo_from_bytea(0, decode(repeat(md5(n::text), n * 20), 'hex')), n * 320, sha256(decode(repeat(md5(n::text), n * 20), 'hex'))
  from generate_series(1, 100) n;
insert into thumbnails select n, decode(repeat(md5(n::text), 200), 'hex') from generate_series(1, 100) n;
insert into mails (raw, headers, attachments) select '\x00ff0a0d5c'::bytea, '{"To":"a","To":"b"}', array[n::oid] from generate_series(1, 100) n;
insert into texts (body) select repeat('compressible ', n * 10) from generate_series(1, 100) n;
do $$ begin execute format('comment on large object %s is %L', (select content from files where id = 1), 'the first'); end $$;
