-- Mixed rows as applications have them. What applications repeat is repeated: titles of a catalogue, browsers, pages,
-- paragraphs of letters. Which of them comes next, every number, name and token is by chance.

create function word(n int) returns text language sql immutable parallel safe as $$
  select (string_to_array(
    'delivery payment customer ordered returned invoice the a of and to in refund address package late early contact '
    'support shipped weekend holiday gift wrap discount code applied twice second attempt failed card declined retry '
    'warehouse stock missing replaced colour size large small medium blue green please call before after door left '
    'neighbour signed email phone account login password reset newsletter subscribed cancelled renewed monthly yearly',
    ' '))[1 + (hashint4(n) & 63)]
$$;

create function words(n int, many int) returns text language sql immutable parallel safe as $$
  select string_agg(word(n * 31 + i), ' ') from generate_series(1, many) i
$$;

create table kept as
  select n as i,
         initcap(words(n, 6)) || ', ' || word(n) as title,
         'Mozilla/5.0 (' || (array['X11; Linux x86_64', 'Windows NT 10.0; Win64; x64', 'iPhone; CPU iPhone OS'])[1 + n % 3]
           || ') AppleWebKit/' || 500 + n % 40 || '.36 (KHTML, like Gecko) Chrome/' || 90 + n % 50 || '.0.' || n || '.0'
           as agent,
         '/shop/' || word(n) || '/' || word(n + 9) || '/' || n as page,
         words(n, 45) || '.' as paragraph
    from generate_series(0, 2047) n;
analyze kept;

create table customers as
  select n as id, initcap(word(n)) || ' ' || initcap(word(n + 7)) as name, word(n) || n || '@example.com' as email,
         initcap(word(n + 3)) as city, lpad((hashint4(n) & 65535)::text, 5, '0') as postcode,
         timestamptz '2021-01-01' + n * interval '7 minutes' as created_at
    from generate_series(1, (300000 * :gb)::int) n;

create table orders as
  select n as id, 1 + (hashint4(n) & 262143) as customer_id,
         timestamptz '2022-01-01' + n * interval '41 seconds' as created_at,
         (array['new', 'paid', 'shipped', 'delivered', 'returned'])[1 + (hashint4(n + 1) & 3)] as status,
         round(((hashint4(n + 2) & 65535) / 97.0)::numeric, 2) as total, 'EUR' as currency, title
    from generate_series(1, (1500000 * :gb)::int) n join kept on i = (hashint4(n + 3) & 2047);

create table events as
  select n as id, gen_random_uuid() as request,
         jsonb_build_object('type', word(n), 'page', a.page, 'milliseconds', hashint4(n + 2) & 2047, 'success', true,
                            'user_agent', b.agent, 'address', '203.0.' || (hashint4(n + 6) & 255) || '.' || (n & 255))
           as body,
         timestamptz '2025-01-01' + n * interval '3 seconds' as at
    from generate_series(1, (1000000 * :gb)::int) n
    join kept a on a.i = (hashint4(n) & 2047) join kept b on b.i = (hashint4(n + 5) & 511);

create table messages as
  select n as id, (hashint4(n) & 262143) as customer_id,
         'Dear ' || initcap(word(n)) || ', ' || a.paragraph || ' Order ' || (hashint4(n + 1) & 1048575) || '. '
           || b.paragraph || ' ' || words(n, 20) as body
    from generate_series(1, (250000 * :gb)::int) n
    join kept a on a.i = (hashint4(n) & 511) join kept b on b.i = (hashint4(n + 2) & 511);

create table tokens as
  select n as id, sha256(n::text::bytea) as hash, n % 7 as kind from generate_series(1, (300000 * :gb)::int) n;

alter table customers add primary key (id);
alter table orders add primary key (id);
alter table events add primary key (id);
alter table messages add primary key (id);
drop table kept;
analyze;
