-- Bookkeeping: domains, composite types, generated columns, checks, deferred triggers, rows that must add up.
create domain currency as char(3) check (value ~ '^[A-Z]{3}$');
create domain amount as numeric(20, 4) not null;
create domain iban as text check (length(value) between 15 and 34 and value = upper(value));
create type money_in as (amount numeric(20, 4), currency currency);
create type side as enum ('debit', 'credit');
create table accounts (
  id integer generated always as identity primary key, number text not null, name text not null, iban iban, parent_id integer references accounts,
  label text generated always as (number || ' ' || name) stored, unique nulls not distinct (number, parent_id)
);
create table entries (id bigint generated always as identity primary key, booked date not null, text text not null, rate numeric default 1.0, source xid8);
create table lines (
  entry_id bigint not null references entries, place smallint not null, account_id integer not null references accounts, side side not null, amount amount,
  currency currency default 'EUR', signed numeric generated always as (case side when 'debit' then amount else -amount end) stored,
  price money_in, primary key (entry_id, place), constraint positive check (amount >= 0) no inherit
);
create function balanced() returns trigger language plpgsql as $$
begin
  if (select sum(signed) from public.lines where entry_id = new.entry_id) <> 0 then
    raise exception 'entry % does not add up', new.entry_id;
  end if;
  return null;
end
$$;
create constraint trigger balanced after insert or update on lines deferrable initially deferred for each row execute function balanced();
create function entry_total(entry bigint) returns numeric language sql stable begin atomic
  select sum(amount) from lines where entry_id = entry and side = 'debit';
end;
create view balances as select account_id, currency, sum(signed) as balance from lines group by 1, 2;
create aggregate product(numeric) (sfunc = numeric_mul, stype = numeric, initcond = '1');
create procedure close_year(year integer) language plpgsql as $$ begin update public.entries set rate = 1 where extract(year from booked) = year; end $$;

insert into accounts (number, name) select lpad(n::text, 4, '0'), 'Account ' || n from generate_series(1, 60) n;
update accounts set parent_id = 1, iban = 'DE89370400440532013000' where id > 30;
insert into entries (booked, text, source) select date '2026-01-01' + n, 'Entry ' || n, '5'::xid8 from generate_series(1, 300) n;
insert into lines (entry_id, place, account_id, side, amount, price)
  select n, place, 1 + (n + place) % 60, (array['debit', 'credit'])[place]::side, n * 1.25, row(n, 'USD')::money_in
  from generate_series(1, 300) n, generate_series(1, 2) place;
