"""Every artifact for Lambda has all that it needs there, and two builds are the same bytes."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from caretaker.build.artifact import FUNCTIONS, ROOT, build
from caretaker.build.platforms import LAMBDA
from caretaker.build.requirements import installed
from layers.postgres.layer import layer
from layers.postgres.linking import is_binary
from tests.binaries import GLIBC_OF_LAMBDA, MACHINES, read
from tests.imports import missing

LARGEST = 80e6  # bytes of an artifact, unpacked
LARGEST_WITH_LAYERS = 250e6  # bytes: Lambda's own limit

# What packages import only where it is there, or on systems that Lambda is not.
OPTIONAL = {
    "aws_lambda_powertools": {"aws_xray_sdk", "boto3", "pydantic", "pydantic_core"},  # tracing, validation, parameters
    # Python 2, the runtime in C, help texts, its own roots, a name that urllib3 2 has no more.
    "botocore": {"StringIO", "awscrt", "botocore.customizations", "certifi", "urllib3.util.ssl_.DEFAULT_CIPHERS"},
    "cryptography": {"bcrypt"},  # keys of OpenSSH
    "dateutil": {"six.moves"},  # made by six as it runs
    "dns": {"aioquic", "anyio", "httpcore2", "httpx2", "idna", "pythoncom", "sniffio", "trio", "wmi"},  # QUIC, Windows
    "requests": {"chardet", "cryptography", "simplejson"},  # others do the same
    "six": {"StringIO"},  # Python 2
    "typing_extensions": {"annotationlib"},  # Python 3.14
    # Other compressions, HTTP/2, SOCKS, browsers; TLS by OpenSSL's own package, names by IDNA of 2008.
    "urllib3": {"OpenSSL", "backports", "brotli", "brotlicffi", "compression", "cryptography", "h2", "idna", "js"}
    | {"cryptography.x509.UnsupportedExtension", "pyodide", "socks"},
}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module", params=FUNCTIONS)
def function(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def artifact(function: str, configuration: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lambda") / function
    build(function, platform="lambda", configs=[configuration], into=folder)
    return folder


def test_every_import_leads_to_a_file_of_the_artifact_or_to_the_standard_library(function: str, artifact: Path) -> None:
    absent = missing(artifact, f"functions.{function}.app")

    unexplained = {package: names - OPTIONAL.get(package, set()) for package, names in absent.items()}
    assert {package: names for package, names in unexplained.items() if names} == {}


def test_an_artifact_that_lacks_a_module_is_found_out(function: str, artifact: Path, tmp_path: Path) -> None:
    lacking = tmp_path / "lacking"
    for folder in ("caretaker", "functions"):
        for path in (artifact / folder).rglob("*.py"):
            target = lacking / path.relative_to(artifact)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    (lacking / "caretaker/core/event.py").unlink()

    absent = missing(lacking, f"functions.{function}.app")

    assert "caretaker.core.event" in absent["functions"]
    assert "aws_lambda_powertools" in absent["caretaker"]


def test_everything_that_is_machine_code_is_for_arm64_and_for_a_glibc_as_lambdas(artifact: Path) -> None:
    binaries = [path for path in artifact.rglob("*") if path.is_file() and is_binary(path)]

    said = {path.name: read(path) for path in binaries}
    assert {binary.machine for binary in said.values()} <= {MACHINES["aarch64"]}
    assert {name: binary.glibc for name, binary in said.items() if binary.glibc > GLIBC_OF_LAMBDA} == {}
    assert not [path.name for path in binaries if ".cpython-" in path.name and ".cpython-313-" not in path.name]


def test_it_is_small_alone_and_within_lambdas_limit_with_the_layer(artifact: Path) -> None:
    assert _size(artifact) < LARGEST
    assert _size(artifact) + _size(layer("lambda")) < LARGEST_WITH_LAYERS


def test_a_build_that_installs_everything_anew_is_the_same_bytes(
    function: str, artifact: Path, configuration: Path, tmp_path: Path
) -> None:
    build(function, platform="lambda", configs=[configuration], into=tmp_path / "again")
    anew = installed(ROOT / f"requirements/{function}.txt", LAMBDA, tmp_path / "cache", lambda progress: None)

    first = dict(_hashes(artifact))
    assert dict(_hashes(tmp_path / "again")) == first
    packages = {
        path: content for path, content in first.items() if path.split("/")[0] not in ("caretaker", "functions")
    }
    assert dict(_hashes(anew)) == packages


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _hashes(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(folder)), hashlib.sha256(path.read_bytes()).hexdigest()
