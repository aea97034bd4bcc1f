import pytest

from caretaker.archive.versions import NoProgramsForServer, Version, choose, version_of_program, version_of_server

LAYER = (Version(16, 14), Version(18, 6))


@pytest.mark.parametrize(
    ("number", "version"), [(90224, "9.2"), (90624, "9.6"), (100023, "10.23"), (160014, "16.14"), (180006, "18.6")]
)
def test_a_server_says_its_version_as_a_number(number: int, version: str) -> None:
    assert str(version_of_server(number)) == version


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("pg_dump (PostgreSQL) 18.6\n", Version(18, 6)),
        ("pg_dump (PostgreSQL) 16.14 (Debian 16.14-1.pgdg13+1)\n", Version(16, 14)),
        ("pg_dump (PostgreSQL) 19beta1\n", Version(19, 0)),
        ("pg_dump (PostgreSQL) 19devel\n", Version(19, 0)),
    ],
)
def test_a_program_says_its_version_in_a_line(said: str, version: Version) -> None:
    assert version_of_program(said) == version


def test_what_is_no_version_is_quoted() -> None:
    with pytest.raises(ValueError, match=r"no version of PostgreSQL: 'GNU tar 1\.35'"):
        version_of_program("GNU tar 1.35")


@pytest.mark.parametrize(
    ("server", "programs"),
    [
        (Version(9, 2), 16),
        (Version(9, 6), 16),
        (Version(12, 22), 16),
        (Version(16, 0), 16),
        (Version(16, 99), 16),
        (Version(17, 0), 18),
        (Version(18, 0), 18),
        (Version(18, 99), 18),
    ],
)
def test_a_server_gets_the_oldest_programs_that_are_not_older_than_it(server: Version, programs: int) -> None:
    assert choose(server, LAYER).major == programs
    assert choose(server, LAYER[::-1]).major == programs


def test_a_server_newer_than_all_programs_is_refused_with_both_versions() -> None:
    with pytest.raises(NoProgramsForServer) as refused:
        choose(Version(19, 1), LAYER)

    assert str(refused.value) == (
        "the server is PostgreSQL 19.1, and the newest programs that are here are of 18.6: use a newer release of "
        "Caretaker, or give it a folder that has programs of PostgreSQL 19"
    )


@pytest.mark.parametrize("server", [Version(8, 4), Version(9, 1)])
def test_a_server_older_than_any_program_knows_is_refused(server: Version) -> None:
    with pytest.raises(NoProgramsForServer, match=f"the server is PostgreSQL {server}, and pg_dump knows no server"):
        choose(server, LAYER)
