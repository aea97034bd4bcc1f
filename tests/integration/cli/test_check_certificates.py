"""`caretaker check --only cert`: endpoints by name, without any file, and beside what uptime looks at."""

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from caretaker.cli.check import check
from tests.authority import SIGNS, Authority
from tests.forks import forked
from tests.presenting import presenting
from tests.servers import Server, hang, serve
from tests.unit.cli.processes import environment

NOW = datetime.now(UTC)  # the command looks at the clock
VALID: dict[str, Any] = {"begin": NOW - timedelta(days=1), "end": NOW + timedelta(days=60)}
ROOT = Authority("Test root", usage=SIGNS)


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return forked(["check", *arguments], environment(**variables), folder)


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(presenting(ROOT, hosts=("localhost", "app.example.com"), **VALID), reads=False) as running:
        yield running


def test_endpoints_are_looked_at_without_any_file(tmp_path: Path, server: Server) -> None:
    done = run(tmp_path, "--only", "cert", f"localhost:{server.port}", "--json")
    (result,) = json.loads(done.stdout)["results"]
    assert (done.returncode, done.stderr) == (1, "")
    assert (result["check"], result["status"]) == (f"cert/localhost:{server.port}", "down")
    (untrusted,) = [finding for finding in result["findings"] if finding["severity"] == "high"]
    assert untrusted["code"] == "incomplete-chain"
    assert untrusted["certificate"] == {
        "subject": "app.example.com",
        "issuer": "Test root",
        "serial": result["measurements"]["serial"],
        "position": 0,
    }
    assert {"protocol", "cipher", "presented", "subject", "issuer", "fingerprint", "not_before", "not_after"} <= set(
        result["measurements"]
    )
    assert 59 * 86_400 < result["measurements"]["seconds_left"] <= 60 * 86_400
    assert result["measurements"]["address"] == "127.0.0.1"


def test_the_table_fits_into_eighty_columns(tmp_path: Path, server: Server) -> None:
    done = run(tmp_path, "--only", "cert", f"localhost:{server.port}", f"127.0.0.1:{server.port}", COLUMNS="80")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert re.match(r"Certificate +Issuer +Expires in +TLS +What was found", lines[0])
    assert re.search(rf"^localhost:{server.port} +Test root +60 days +1\.3 +", done.stdout, re.MULTILINE)
    assert lines[-1].startswith("2 checks in ")


def test_the_same_endpoint_is_looked_at_once_however_it_is_written(tmp_path: Path) -> None:
    with serve(hang) as closed:
        port = closed.port
    written = [f"localhost:{port}", f"LOCALHOST:{port}", f"https://localhost:{port}/x?y"]
    done = run(tmp_path, "--only", "cert", "--json", *written)
    assert [one["check"] for one in json.loads(done.stdout)["results"]] == [f"cert/localhost:{port}"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("[::1]:1", "cert/[::1]:1"),
        ("https://user:hunter2@127.0.0.1:1/?token=hunter2", "cert/127.0.0.1:1"),
    ],
)
def test_addresses_and_urls_are_endpoints_too(tmp_path: Path, written: str, name: str) -> None:
    done = run(tmp_path, "--only", "cert", "--json", written)
    (result,) = json.loads(done.stdout)["results"]
    assert (result["check"], result["findings"][0]["code"]) == (name, "unreachable")
    assert "hunter2" not in done.stdout


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("http://example.com", "only a host and a port are needed"),
        ("host:99999", "99999 is not a port"),
        ("", "has no host"),
        ("a b", "'a b' is not the name of a host"),
        ("[::1", "'[::1' is not a host and a port"),
        ("https://[::1", "'[::1' is not a host and a port"),
        ("https://me:hunter2@host:port/?token=hunter2", "'host:port' is no endpoint"),
        ("999.1.1.1", "is not an IPv4 address"),
    ],
)
def test_what_is_no_endpoint_is_refused_with_a_sentence(written: str, sentence: str) -> None:
    done = CliRunner().invoke(check, ["--only", "cert", "example.com:1", written])
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Write HOST or HOST:PORT" in done.stderr
    assert "hunter2" not in done.stderr
    assert "Traceback" not in done.stderr


def test_an_endpoint_without_the_option_is_refused_with_what_to_write() -> None:
    done = CliRunner().invoke(check, ["example.com"])
    assert done.exit_code == 2
    assert "caretaker check --only cert example.com" in done.stderr


def test_certificates_of_a_file_stand_beside_what_uptime_looks_at(tmp_path: Path, server: Server) -> None:
    (tmp_path / "ca.pem").write_text(ROOT.pem, "utf-8")
    (tmp_path / "caretaker.yaml").write_text(
        f"""
environment: test
uptime: {{targets: [{{name: port, tcp: "localhost:{server.port}"}}]}}
certificates:
  targets: [{{name: app, host: localhost, port: {server.port}, server_name: app.example.com, ca: ca.pem}}]
""",
        "utf-8",
    )
    both = run(tmp_path, COLUMNS="100")
    assert both.returncode == 0, both.stdout
    assert re.search(r"^uptime/port +ok ", both.stdout, re.MULTILINE)
    assert re.search(r"^app +Test root +60 days +1\.3 ", both.stdout, re.MULTILINE)
    assert re.search(r"^2 checks in \d+\.\d s: 2 ok\.", both.stdout, re.MULTILINE)
    assert "uptime/port" not in run(tmp_path, "--only", "cert").stdout
    done = forked(["config", "validate"], environment(), tmp_path)
    assert done.stdout == "caretaker.yaml is right: environment test, 1 target, 1 certificate, 1 channel.\n"
