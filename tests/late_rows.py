"""Databases whose rows are only taken once those of other tables are there, which no dump says."""

_AGREES = """
create function public.in_{other}(int) returns bool language sql
as 'select exists (select from public.{other} where n = $1)'
"""
# In the order of a dump, which is that of the names, each is refused before the next one is there.
CHAIN = (
    "create table d as select generate_series(1, 50) as n",
    _AGREES.format(other="d"),
    "create table c (n int check (public.in_d(n)))",
    _AGREES.format(other="c"),
    "create table b (n int, check (public.in_c(n)))",
    _AGREES.format(other="b"),
    "create domain of_b as int check (public.in_b(value))",
    "create table a (many of_b[], at int[])",
    # By an operator, and with what comes in post-data: a key that the rows have to be there for, and a trigger.
    "create operator ?~ (rightarg = int, function = public.in_d)",
    "create table aa (n int primary key check (operator(public.?~) n))",
    "insert into c select n from d",
    "insert into b select n from c",
    "insert into a select array[n], array[n] from b",
    "insert into aa select n from d",
    "create table pointing as select n from aa",
    "alter table pointing add foreign key (n) references aa",
    """create function noted() returns trigger language plpgsql
    as 'begin insert into public.d values (0); return new; end'""",
    "create trigger noted after insert on aa for each row execute function public.noted()",
)
# What its CHECK says does not hold any more: no order of the tables would help.
BROKEN = (
    "create table allowed as select 1 as n",
    _AGREES.format(other="allowed"),
    "create table a (n int check (public.in_allowed(n)))",
    "insert into a values (1)",
    "update allowed set n = 2",
)
