"""The roles that a dump names are found in its SQL, however they are written."""

from caretaker.archive.restoring.listing import items
from caretaker.archive.restoring.named_roles import all_roles, lines_of, owners_of_large_objects, policies_roles


def test_policies_name_roles_and_everybody_is_none() -> None:
    lines = [
        "CREATE POLICY own ON public.orders TO app USING ((owner = CURRENT_USER));",
        'CREATE POLICY "a TO b" ON "Odd schema"."x ON y" AS RESTRICTIVE FOR SELECT TO "Odd ""role""", anon;',
        "CREATE POLICY everybody ON public.orders USING (true);",
        "CREATE POLICY said ON public.orders FOR INSERT TO PUBLIC WITH CHECK (true);",
        "    -- CREATE POLICY none ON public.orders TO nobody;",
    ]

    assert policies_roles(lines) == {"app", 'Odd "role"', "anon"}


def test_owners_and_privileges_name_who_has_them_and_whose_defaults_they_are() -> None:
    lines = [
        "GRANT SELECT ON TABLE public.orders TO reader;",
        'GRANT ALL ON SCHEMA public TO "Odd role" WITH GRANT OPTION;',
        "REVOKE ALL ON SCHEMA public FROM PUBLIC;",
        "ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT ON TABLES TO reader;",
        "CREATE POLICY own ON public.orders TO app;",
        'ALTER FUNCTION public.twice(integer) OWNER TO "Odd owner";',
        "ALTER TABLE ONLY public.orders REPLICA IDENTITY FULL;",
    ]

    assert all_roles(lines).roles == {"reader", "Odd role", "owner", "app", "Odd owner"}
    assert all_roles(lines).owners == {"owner", "Odd owner"}


def test_the_owners_of_large_objects_are_known_although_their_names_have_spaces() -> None:
    listed = items(
        [
            "12; 2613 16404 BLOB METADATA - 16404..16406 Odd owner",
            "13; 2613 17 BLOB - 17 owner",
            "14; 0 0 BLOBS - BLOBS ",
        ]
    )

    assert owners_of_large_objects(listed) == {"Odd owner", "owner"}


def test_lines_are_put_together_from_chunks() -> None:
    assert list(lines_of([b"CREATE ", b"POLICY\nxx", b"", b"\xff\n", b"end"])) == ["CREATE POLICY", "xx\ufffd", "end"]


def test_a_line_without_end_takes_no_memory_without_end() -> None:
    *_, last = lines_of([b"x" * 1_000_000] * 20)

    assert len(last) <= 2_100_000
