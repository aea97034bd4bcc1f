import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from caretaker.authoring import ConfigurationError
from caretaker.build.artifact import FUNCTIONS, ROOT, build
from caretaker.build.errors import BuildError
from caretaker.core.config import NotBuilt, built_section

pytestmark = pytest.mark.timeout(400)  # the first one builds every artifact

IMPORT_ALONE = """
import sys
sys.path[:] = [sys.argv[1], *(path for path in sys.path if "site-packages" not in path)]
import importlib
importlib.import_module(f"functions.{sys.argv[2]}.app")
foreign = [m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", None)]
print("\\n".join(foreign))
"""

MAKE_CLIENTS = """
import sys
sys.path.insert(0, sys.argv[1])
import botocore.session
session = botocore.session.get_session()
for service in sys.argv[2:]:
    session.create_client(service, region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")
print(botocore.__file__)
"""


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_artifact_holds_the_functions_own_sources_and_the_core(artifacts: Mapping[str, Path], function: str) -> None:
    found = {path.relative_to(artifacts[function]) for path in _sources(artifacts[function])}

    expected = [*(ROOT / "caretaker/core").rglob("*.py"), *(ROOT / "functions" / function).rglob("*.py")]
    if function in ("backup", "verify", "cleanup"):
        expected += (ROOT / "caretaker/archive").rglob("*.py")
    expected += [ROOT / "caretaker/__init__.py", ROOT / "functions/__init__.py"]
    assert found == {path.relative_to(ROOT) for path in expected}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_artifact_needs_nothing_that_it_does_not_hold(artifacts: Mapping[str, Path], function: str) -> None:
    artifact = artifacts[function]

    imported = _run(IMPORT_ALONE, str(artifact), function, isolated=True).splitlines()

    ours = [Path(path) for path in imported if "site-packages" in path or path.startswith((str(ROOT), str(artifact)))]
    strangers = [path for path in ours if not path.is_relative_to(artifact)]
    assert not strangers
    assert artifact / "functions" / function / "app.py" in ours


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_artifact_holds_only_its_own_section_of_the_configuration(
    artifacts: Mapping[str, Path], function: str
) -> None:
    [path] = artifacts[function].rglob("config.production.json")

    section = json.loads(path.read_text("utf-8"))

    assert path == artifacts[function] / "functions" / function / "config.production.json"
    assert section["environment"] == "production"
    assert ("targets" in section) == (function in ("uptime", "cert_check"))
    assert ("reports_network" in section) == (function == "cert_check")
    assert ("channels" in section) == (function == "notify")
    assert ("databases" in section) == (function in ("backup", "verify", "cleanup"))


def test_the_pruned_botocore_still_knows_every_service_that_is_called(artifacts: Mapping[str, Path]) -> None:
    services = ("dynamodb", "lambda", "logs", "s3", "ssm", "secretsmanager", "sns", "sts")

    used = _run(MAKE_CLIENTS, str(artifacts["notify"]), *services)

    assert used.strip() == str(artifacts["notify"] / "botocore" / "__init__.py")


def test_two_builds_of_the_same_sources_are_the_same_bytes(
    artifacts: Mapping[str, Path], configuration: Path, tmp_path: Path
) -> None:
    build("notify", platform="host", configs=[configuration], into=tmp_path / "again")

    assert _digests(tmp_path / "again") == _digests(artifacts["notify"])


def test_no_file_knows_the_folder_it_was_built_in(artifacts: Mapping[str, Path]) -> None:
    parent = str(artifacts["uptime"].parent).encode()

    assert not [path for path in artifacts["uptime"].rglob("*") if path.is_file() and parent in path.read_bytes()]


def test_an_artifact_serves_every_environment_that_it_was_built_for(tmp_path: Path) -> None:
    configs = [_environment(tmp_path, name) for name in ("staging", "production")]

    build("uptime", platform="host", configs=configs, into=tmp_path / "uptime")

    for name in ("staging", "production"):
        section = built_section(str(tmp_path / "uptime/functions/uptime/app.py"), name)
        assert (section["environment"], section["targets"][0]["name"]) == (name, name)


def test_an_artifact_that_was_not_built_for_its_environment_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotBuilt, match=r"^no configuration was built in for the environment staging: build with"):
        built_section(str(tmp_path / "app.py"), "staging")


def test_two_files_for_one_environment_are_refused(tmp_path: Path) -> None:
    config = _environment(tmp_path, "staging")

    with pytest.raises(BuildError, match="is the second file for the environment staging"):
        build("uptime", platform="host", configs=[config, config], into=tmp_path / "uptime")


def _environment(folder: Path, name: str) -> Path:
    config = folder / f"caretaker.{name}.yaml"
    config.write_text(f"environment: {name}\nuptime: {{targets: [{{name: {name}, tcp: 127.0.0.1:9}}]}}\n", "utf-8")
    return config


def test_a_build_replaces_what_the_folder_held(configuration: Path, tmp_path: Path) -> None:
    (tmp_path / "notify").mkdir()
    (tmp_path / "notify" / "left-over.py").touch()

    build("notify", platform="host", configs=[configuration], into=tmp_path / "notify")

    assert not (tmp_path / "notify" / "left-over.py").exists()
    assert (tmp_path / "notify" / "functions" / "notify" / "app.py").exists()


def test_a_bad_configuration_leaves_no_artifact(tmp_path: Path) -> None:
    config = tmp_path / "caretaker.yaml"
    config.write_text("environment: production\nuptime: {targets: [{name: api, url: nonsense}]}\n", "utf-8")

    with pytest.raises(ConfigurationError):
        build("uptime", platform="host", configs=[config], into=tmp_path / "artifact")

    assert list(tmp_path.iterdir()) == [config]


def test_what_only_works_on_a_persons_machine_is_refused_for_lambda(tmp_path: Path) -> None:
    config = tmp_path / "caretaker.yaml"
    config.write_text(
        'environment: production\nuptime: {targets: [{name: api, url: "https://example.com/${env:PART}"}]}\n', "utf-8"
    )

    with pytest.raises(ConfigurationError):
        build("uptime", platform="lambda", configs=[config], into=tmp_path / "artifact")
    build("uptime", platform="host", configs=[config], into=tmp_path / "artifact")

    assert (tmp_path / "artifact" / "functions" / "uptime" / "config.production.json").exists()


def test_an_unknown_function_is_refused_with_the_known_ones(configuration: Path, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="uptime, cert_check, backup, verify, cleanup, notify"):
        build("uptme", platform="host", configs=[configuration], into=tmp_path / "artifact")


def _sources(artifact: Path) -> list[Path]:
    return [path for package in ("caretaker", "functions") for path in (artifact / package).rglob("*.py")]


def _run(program: str, *arguments: str, isolated: bool = False) -> str:
    command = [sys.executable, "-B", *(["-I", "-S"] if isolated else []), "-c", program, *arguments]
    answer = subprocess.run(
        command,
        cwd="/",
        env={"CARETAKER_TABLE": "table", "POWERTOOLS_METRICS_NAMESPACE": "Caretaker"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def _digests(folder: Path) -> dict[str, tuple[str, float]]:
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime)
        for path in folder.rglob("*")
        if path.is_file()
    }
