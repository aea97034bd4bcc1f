"""The shop's database: a real PostgreSQL with customers, products and orders, of which somebody drops a table."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor

from caretaker.local.postgres import PostgresServer

NAME = "shop"  # of the database, of the role that owns it, and of what Caretaker calls it
DROPPED = "orders"

# The same rows every time: what the demo shows must not depend on chance.
_SCHEMA = """
create table customers (
    id bigint generated always as identity primary key,
    name text not null,
    email text not null unique,
    joined date not null
);
create table products (
    id bigint generated always as identity primary key,
    name text not null unique,
    price numeric(8, 2) not null check (price > 0),
    details jsonb not null default '{}'
);
create table orders (
    id bigint generated always as identity primary key,
    customer_id bigint not null references customers,
    ordered_at timestamptz not null,
    status text not null check (status in ('paid', 'sent', 'returned'))
);
create table order_items (
    order_id bigint not null references orders on delete cascade,
    product_id bigint not null references products,
    quantity integer not null check (quantity > 0),
    primary key (order_id, product_id)
);
create table invoices (
    number text primary key,
    order_id bigint not null references orders,
    page oid not null
);
create sequence invoice_numbers start 10001;
create index on orders (customer_id, ordered_at);
create view sales as
    select p.name, sum(i.quantity * p.price) as revenue
    from order_items i join products p on p.id = i.product_id group by p.name;

insert into customers (name, email, joined)
    select 'Customer ' || n, 'customer' || n || '@example.com', date '2024-01-01' + n % 700
    from generate_series(1, 2000) n;
insert into products (name, price, details)
    select 'Product ' || n, 0.5 + n % 40, jsonb_build_object('shelf', n % 12, 'organic', n % 3 = 0)
    from generate_series(1, 120) n;
insert into orders (customer_id, ordered_at, status)
    select 1 + n * 7 % 2000, timestamptz '2026-01-01 08:00Z' + n * interval '7 minutes',
        (array['paid', 'sent', 'sent', 'returned'])[1 + n % 4]
    from generate_series(1, 12000) n;
insert into order_items
    select id, 1 + (id * 13 + k * 31) % 120, 1 + (id + k) % 5 from orders, generate_series(0, 2) k;
insert into invoices
    select nextval('invoice_numbers')::text, id, lo_from_bytea(0, convert_to('Invoice of order ' || id, 'UTF8'))
    from orders where id <= 20;
"""


@dataclass(frozen=True, slots=True)
class ShopDatabase:
    """The database on its server; ``password`` is that of the role that owns it."""

    server: PostgresServer
    password: str

    @property
    def url(self) -> str:
        """Its address, with the password."""
        return self.server.url(NAME, NAME, password=self.password)

    def address(self, database: str) -> str:
        """Return the address of a database of the same server, without a password."""
        return f"postgresql://{NAME}@127.0.0.1:{self.server.port}/{database}"

    def make(self) -> None:
        """Make the role, who may make databases, the database, and what is in it."""
        with _statements(self.server.url()) as session:
            role = sql.Identifier(NAME)
            session.execute(
                sql.SQL("create role {} login createdb password {}").format(role, sql.Literal(self.password))
            )
            session.execute(sql.SQL("create database {} owner {}").format(role, role))
        with _statements(self.url) as session:
            session.execute(_SCHEMA)
            session.execute("analyze")

    def drop_table(self) -> None:
        """Drop the table of orders, as somebody does who believes to be in the other window."""
        with _statements(self.url) as session:
            session.execute(sql.SQL("drop table {} cascade").format(sql.Identifier(DROPPED)))

    def rows(self, database: str = NAME) -> Mapping[str, int]:
        """Return how many rows each table of a database of this server has."""
        with _statements(self.server.url(NAME, database, password=self.password)) as session:
            session.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
            return {table: _count(session, table) for (table,) in session.fetchall()}


@contextmanager
def _statements(url: str) -> Iterator[cursor]:
    """Give a session on a database, each statement by itself."""
    with closing(psycopg2.connect(url)) as session:
        session.autocommit = True
        with session.cursor() as statements:
            yield statements


def _count(session: cursor, table: str) -> int:
    session.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table)))
    found = session.fetchone()
    assert found is not None
    return int(found[0])
