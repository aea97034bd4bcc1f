import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from caretaker.build.artifact import ROOT
from caretaker.build.errors import BuildError
from caretaker.build.platforms import HOST, LAMBDA
from caretaker.build.requirements import SERVICES, installed

LOCK = ROOT / "requirements" / "uptime.txt"


@pytest.fixture
def small_lock(tmp_path: Path) -> Path:
    return write_small_lock(tmp_path)


def write_small_lock(folder: Path) -> Path:
    """Write a lock with one small package of the real one."""
    entry = re.search(r"^six==(?:.*\\\n)*.*$", LOCK.read_text("utf-8"), re.MULTILINE)
    assert entry is not None
    lock = folder / "small.txt"
    lock.write_text(f"{entry[0]}\n", "utf-8")
    return lock


@dataclass(frozen=True)
class Cache:
    """A cache in which a small lock is installed for this machine, and what was said of that."""

    folder: Path
    lock: Path
    installed: Path
    said: list[str]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    folder, said = tmp_path_factory.mktemp("cache"), list[str]()
    lock = write_small_lock(tmp_path_factory.mktemp("lock"))
    return Cache(folder, lock, installed(lock, HOST, folder, said.append), said)


def test_requirements_are_installed_once_for_each_lock(cache: Cache) -> None:
    second = installed(cache.lock, HOST, cache.folder, cache.said.append)

    assert second == cache.installed
    assert (second / "six.py").exists()
    assert cache.said == ["Installing the requirements of small for this machine: once for each lock"]


def test_two_builders_at_once_install_once(small_lock: Path, tmp_path: Path) -> None:
    said: list[str] = []

    with ThreadPoolExecutor(4) as pool:
        folders = set(pool.map(lambda _: installed(small_lock, HOST, tmp_path / "cache", said.append), range(4)))

    assert len(folders) == len(said) == 1


def test_a_changed_lock_or_another_platform_is_another_folder(cache: Cache, small_lock: Path) -> None:
    elsewhere = installed(small_lock, LAMBDA, cache.folder, _ignore)
    small_lock.write_text(f"# changed\n{small_lock.read_text('utf-8')}", "utf-8")
    after = installed(small_lock, HOST, cache.folder, _ignore)

    assert len({cache.installed, elsewhere, after}) == 3


def test_what_another_version_pruned_otherwise_is_not_taken_for_ours(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("caretaker.build.requirements.SERVICES", SERVICES - {"logs"})

    assert installed(cache.lock, HOST, cache.folder, _ignore) != cache.installed


def test_a_package_that_is_not_what_was_locked_is_refused_and_leaves_nothing(small_lock: Path, tmp_path: Path) -> None:
    small_lock.write_text(re.sub(r"sha256:\w{8}", "sha256:00000000", small_lock.read_text("utf-8")), "utf-8")

    with pytest.raises(BuildError, match=r"small\.txt could not be installed"):
        installed(small_lock, HOST, tmp_path / "cache", _ignore)

    assert not [path for path in (tmp_path / "cache").iterdir() if path.is_dir()]


def test_records_of_the_installation_are_left_out(cache: Cache) -> None:
    assert not list(cache.installed.glob("*.dist-info/RECORD"))
    assert list(cache.installed.glob("*.dist-info/METADATA"))


@pytest.mark.parametrize("name", ["uptime", "notify", "dev", "sam", "layer-postgres"])
def test_a_lock_pins_everything_by_hash_and_names_no_address(name: str) -> None:
    lock = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")

    assert not re.search(r"://|index-url|find-links", lock)
    for pin in _entries(lock):
        assert re.match(r"[a-z0-9-]+(\[[a-z0-9, -]+\])?==\S+", pin), pin
        assert "--hash=sha256:" in pin, pin


@pytest.mark.parametrize("function", ["uptime", "notify"])
def test_what_runs_in_lambda_is_what_was_tested(function: str) -> None:
    tested = _versions("dev")
    deployed = _versions(function)

    assert deployed
    assert deployed <= tested


def _entries(lock: str) -> Iterator[str]:
    text = "\n".join(line for line in lock.replace("\\\n", " ").splitlines() if not line.lstrip().startswith("#"))
    yield from (line for line in text.splitlines() if line.strip())


def _versions(name: str) -> set[str]:
    lock = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    return {entry.split()[0] for entry in _entries(lock)}


def _ignore(progress: str) -> None:
    """Progress is for people."""
