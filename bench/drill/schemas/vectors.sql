-- A knowledge base: pgvector's types and indexes, chunks of documents, answers that people have rated.
create extension vector;
create table documents (id uuid default gen_random_uuid() primary key, source text not null, metadata jsonb not null default '{}');
create table chunks (
  id bigserial primary key, document_id uuid not null references documents on delete cascade, content text not null, embedding vector(16), half halfvec(16), words sparsevec(100),
  bits bit(16) generated always as (binary_quantize(embedding)::bit(16)) stored
);
create index on chunks using hnsw (embedding vector_cosine_ops) with (m = 16, ef_construction = 64);
create index on chunks using ivfflat (half halfvec_l2_ops) with (lists = 4);
create index on chunks using hnsw (bits bit_hamming_ops);
create table ratings (chunk_id bigint references chunks, asked vector not null, stars smallint check (stars between 1 and 5));
create function match_chunks(query vector(16), many integer) returns setof chunks language sql stable as
  $$ select * from public.chunks order by embedding operator(public.<=>) query limit many $$;

insert into documents (source) select 'https://example.com/' || n from generate_series(1, 30) n;
insert into chunks (document_id, content, embedding, half, words)
  select d.id, 'chunk ' || n, array_agg(sin(n * i))::vector(16), array_agg(cos(n * i))::halfvec(16), ('{' || n || ':0.5}/100')::sparsevec
  from (select id, row_number() over () as place from documents) d join generate_series(1, 100) n on n % 30 + 1 = d.place, generate_series(1, 16) i group by d.id, n;
insert into ratings select id, embedding, 1 + id % 5 from chunks;
