"""`caretaker check` looks once and says what it found."""

import json
import os
import pty
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.unit.cli.processes import COMMAND, Run, environment
from tests.unit.cli.site_on_loopback import Site

Configuration = Callable[..., Path]


def test_all_well_exits_with_0(run: Run, configuration: Configuration, site: Site) -> None:
    configuration(f"{{name: web, url: {site.url}/ok}}")
    done = run("check")
    assert done.returncode == 0
    assert re.search(r"^uptime/web +ok +\d+ ms +\S", done.stdout, re.MULTILINE)
    assert re.search(r"^1 check in \d+\.\d s: 1 ok\.", done.stdout, re.MULTILINE)
    assert done.stderr == ""


def test_something_wrong_exits_with_1_and_says_what_to_do(run: Run, configuration: Configuration, site: Site) -> None:
    configuration(f"{{name: web, url: {site.url}/fail, severity: high}}")
    done = run("check")
    assert done.returncode == 1
    assert re.search(r"^uptime/web +down ", done.stdout, re.MULTILINE)
    assert "500" in done.stdout
    assert "→ " in done.stdout
    assert "high" in done.stdout


def test_json_is_exactly_what_is_promised_in_the_order_of_the_file(
    run: Run, configuration: Configuration, site: Site
) -> None:
    configuration(f"{{name: web, url: {site.url}/fail}}", f"{{name: api, url: {site.url}/ok}}")
    done = run("check", "--json", "--only", "uptime")
    answer = json.loads(done.stdout)
    assert done.returncode == 1
    assert list(answer) == ["results"]
    web, api = answer["results"]
    assert set(web) == {"check", "status", "severity", "summary", "observed_at", "findings", "measurements"}
    assert (web["check"], web["status"], web["severity"]) == ("uptime/web", "down", "critical")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", web["observed_at"])
    assert {"code", "severity", "message", "fix"} <= set(web["findings"][0])
    assert web["findings"][0]["code"] == "http-status"
    assert (api["status"], api["severity"], api["findings"]) == ("ok", None, [])
    assert api["measurements"]["seconds"] >= 0


def test_findings_of_severity_low_alone_are_well(run: Run, configuration: Configuration, site: Site) -> None:
    configuration(f"{{name: web, url: {site.url}/ok, expect: {{slow: [{{over: 0.001s, severity: low}}]}}}}")
    assert run("check", "--json").returncode == 0


def test_a_bad_configuration_exits_with_2_and_prints_nothing_on_stdout(run: Run, configuration: Configuration) -> None:
    configuration("{name: web, url: nowhere}")
    done = run("check", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("caretaker.yaml:4:24: uptime.targets[web].url: the address has no scheme.")


def test_without_a_file_it_says_where_it_looked(run: Run) -> None:
    done = run("check")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("caretaker.yaml: there is no such file. Name another with --config FILE.")


def test_an_unknown_kind_is_refused(run: Run) -> None:
    done = run("check", "--only", "cert")
    assert (done.returncode, done.stdout) == (2, "")


def test_variables_are_filled_in_and_never_shown(run: Run, configuration: Configuration, site: Site) -> None:
    configuration(f"{{name: web, url: '{site.url}/fail?key=${{env:API_KEY}}', auth: {{bearer: literal-token}}}}")
    for arguments in (["check"], ["check", "--json"]):
        done = run(*arguments, API_KEY="sekret-value")
        assert done.returncode == 1
        assert "sekret-value" not in done.stdout + done.stderr
        assert "literal-token" not in done.stdout + done.stderr


def test_all_missing_variables_are_named(run: Run, configuration: Configuration) -> None:
    configuration("{name: a, url: 'http://${env:FIRST}/'}", "{name: b, url: http://b, body: '${env:SECOND}'}")
    done = run("check")
    assert (done.returncode, done.stdout) == (2, "")
    assert "uptime.targets[a]: the environment variable FIRST is not set. Set it: export FIRST=…" in done.stderr
    assert "SECOND" in done.stderr


def test_a_variable_that_makes_no_address_is_a_mistake(run: Run, configuration: Configuration) -> None:
    configuration("{name: a, url: '${env:URL}'}")
    done = run("check", URL="sekret-value")
    assert (done.returncode, done.stdout) == (2, "")
    assert "this is not an address" in done.stderr
    assert "sekret-value" not in done.stderr


def test_a_secret_out_of_reach_leaves_the_others_looked_at(run: Run, configuration: Configuration, site: Site) -> None:
    configuration("{name: a, url: '${ssm:caretaker/staging/uptime/url}'}", f"{{name: b, url: {site.url}/ok}}")
    done = run("check", "--json")
    first, second = json.loads(done.stdout)["results"]
    assert done.returncode == 1
    assert (first["check"], first["status"], first["severity"]) == ("uptime/a", "unknown", None)
    assert "${ssm:caretaker/staging/uptime/url} could not be read" in first["summary"]
    assert second["status"] == "ok"


def test_an_answer_cannot_control_the_terminal(run: Run, configuration: Configuration, site: Site) -> None:
    configuration(f"{{name: web, url: {site.url}/rude, expect: {{json: {{state: good}}}}}}")
    done = run("check")
    assert done.returncode == 1
    assert "\x1b" not in done.stdout


def test_the_table_fits_eighty_columns_without_colour_in_a_pipe(
    run: Run, configuration: Configuration, site: Site
) -> None:
    configuration(*(f"{{name: {'long-name-' * n}end, url: {site.url}/fail}}" for n in range(1, 6)))
    done = run("check")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "\x1b" not in done.stdout


def test_colour_follows_the_environment(run: Run, configuration: Configuration, site: Site) -> None:
    configuration(f"{{name: web, url: {site.url}/ok}}")
    assert "\x1b[32m" in run("check", FORCE_COLOR="1", TERM="xterm").stdout
    assert "\x1b[3" not in run("check", FORCE_COLOR="1", NO_COLOR="1", TERM="xterm").stdout


def test_a_terminal_without_unicode_still_gets_its_table(run: Run, configuration: Configuration, site: Site) -> None:
    configuration(f"{{name: web, url: {site.url}/fail}}")
    done = run("check", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "500" in done.stdout


def test_ctrl_c_exits_with_130_and_without_a_traceback(
    tmp_path: Path, configuration: Configuration, site: Site
) -> None:
    configuration(f"{{name: web, url: {site.url}/hang, timeout: 30s}}")
    site.hanging.clear()
    process = subprocess.Popen(
        [*COMMAND, "check"], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert site.hanging.wait(20)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Traceback" not in stdout + stderr


def test_a_reader_that_leaves_is_no_error(tmp_path: Path, configuration: Configuration, site: Site) -> None:
    configuration(f"{{name: web, url: {site.url}/ok}}")
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        [*COMMAND, "check", "--json"],
        cwd=tmp_path,
        env=environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writing)
    assert process.communicate(timeout=30)[1] == ""


def test_a_long_look_shows_its_progress_on_a_terminal_only(
    tmp_path: Path, configuration: Configuration, site: Site
) -> None:
    configuration(f"{{name: web, url: {site.url}/hang, timeout: 3s}}")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "check", "--json"],
        cwd=tmp_path,
        env=environment(TERM="xterm"),
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    stdout = process.communicate(timeout=30)[0]
    assert b"looking" in os.read(ours, 10_000)
    assert json.loads(stdout)["results"][0]["status"] == "down"
    os.close(ours)
