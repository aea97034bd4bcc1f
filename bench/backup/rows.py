"""Mixed rows as applications have them: numbers, names, texts, JSON, tokens; 1 GB of them, or any share of it."""

from bench.backup.session import run
from tests.postgres import PostgresServer

_WORDS = (
    "delivery payment customer ordered returned invoice the a of and to in refund address package late early contact "
    "support shipped weekend holiday gift wrap discount code applied twice second attempt failed card declined retry "
    "warehouse stock missing replaced colour size large small medium blue green please call before after door left "
    "neighbour signed email phone account login password reset newsletter subscribed cancelled renewed monthly yearly"
)
_PREPARE = f"""
create function word(n int) returns text language sql immutable parallel safe as
  $$ select (string_to_array('{_WORDS}', ' '))[1 + (hashint4(n) & 63)] $$;
create function words(n int, many int) returns text language sql immutable parallel safe as
  $$ select string_agg(word(n * 31 + i), ' ') from generate_series(1, many) i $$;
"""
_TABLES = {
    "customers": (
        300_000,
        "n as id, initcap(word(n)) || ' ' || initcap(word(n + 7)) as name, word(n) || n || '@example.com' as email,"
        " initcap(word(n + 3)) as city, lpad((n % 99999)::text, 5, '0') as postcode,"
        " timestamptz '2021-01-01' + n * interval '7 minutes' as created_at",
    ),
    "orders": (
        3_000_000,
        "n as id, 1 + (hashint4(n) & 262143) as customer_id, timestamptz '2022-01-01' + n * interval '41 seconds' as"
        " created_at, (array['new','paid','shipped','delivered','returned'])[1 + (hashint4(n + 1) & 3)] as status,"
        " round(((hashint4(n + 2) & 65535) / 97.0)::numeric, 2) as total, 'EUR' as currency,"
        " (hashint4(n + 3) & 1) = 1 as paid, word(n) || ' ' || word(n + 11) || ' ' || word(n + 5) as note",
    ),
    "events": (
        1_300_000,
        "n as id, gen_random_uuid() as request, jsonb_build_object('type', word(n), 'page', '/' || word(n + 1) || '/'"
        " || (hashint4(n) & 4095), 'ms', hashint4(n + 2) & 2047, 'ok', true, 'agent',"
        " 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/' || (100 + (n & 31))) as body,"
        " timestamptz '2025-01-01' + n * interval '3 seconds' as at",
    ),
    "messages": (170_000, "n as id, (hashint4(n) & 262143) as customer_id, words(n, 120) as body"),
    "tokens": (500_000, "n as id, sha256(n::text::bytea) as hash, md5((n * 3)::text) as salt, n % 7 as kind"),
}


def fill(server: PostgresServer, gb: float) -> None:
    """Make the tables, with their keys."""
    run(server, _PREPARE)
    for table, (rows, columns) in _TABLES.items():
        run(server, f"create table {table} as select {columns} from generate_series(1, {round(rows * gb)}) n")
        run(server, f"alter table {table} add primary key (id)")
    run(server, "vacuum (analyze)")
