"""What is looked after while its cost is measured: endpoints that are well, certificates, a database."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from caretaker.archive.identity import MANIFEST
from caretaker.archive.manifest_file import encode
from caretaker.local.aws import LocalAws
from tests.authority import SIGNS, Authority
from tests.backups import manifest
from tests.presenting import presenting
from tests.servers import reply, serve

SECRETS = "caretaker/production"
_DATABASE = "main"


@dataclass(frozen=True)
class Stage:
    """The stack at work, and what its functions look after."""

    aws: LocalAws
    targets: int
    certificates: int


@contextmanager
def stage(targets: int, certificates: int, database: str) -> Iterator[Stage]:
    """Deploy to the local AWS: so many endpoints and certificates, and the database with this address."""
    with ExitStack() as open_until_the_end:
        enter = open_until_the_end.enter_context
        folder = Path(enter(TemporaryDirectory()))
        authority = Authority("Cost CA", usage=SIGNS)
        now = datetime.now(UTC)
        shown = presenting(
            authority, name="shop.example.com", begin=now - timedelta(days=10), end=now + timedelta(days=60)
        )
        web = enter(serve(reply(b'{"status": "healthy", "services": {"database": "healthy"}}')))
        ports = [enter(serve(shown, reads=False)).port for _ in range(certificates)]
        folder.joinpath("ca.pem").write_text(authority.pem, "utf-8")
        config = folder / "caretaker.yaml"
        config.write_text(_configuration(web.port, targets, ports), "utf-8")
        aws = enter(LocalAws(config))
        for name, value in (("uptime/key", "a-key"), (f"backup/{_DATABASE}", database)):
            aws.client("ssm").put_parameter(Name=f"/{SECRETS}/{name}", Value=value, Type="SecureString")
        yield Stage(aws, targets, certificates)


def fill_with_backups(aws: LocalAws, days: int, now: datetime) -> None:
    """Put the manifests of so many days into the bucket, as they are after a month."""
    bucket = aws.variables("backup")["CARETAKER_BUCKET"]
    for day in range(1, days + 1):
        made = manifest(now - timedelta(days=day), database=_DATABASE)
        aws.client("s3").put_object(Bucket=bucket, Key=made.id.key(MANIFEST), Body=encode(made))


def _configuration(web: int, targets: int, ports: list[int]) -> str:
    lines = [
        "environment: production",
        "uptime:",
        f'  controls: ["http://127.0.0.1:{web}/one", "http://localhost:{web}/two"]',
        "  targets:",
    ]
    for number in range(targets):
        key = "${ssm:" + SECRETS + "/uptime/key}"
        lines.append(
            f'    - {{name: endpoint-{number}, url: "http://127.0.0.1:{web}/{number}", headers: {{X-Key: "{key}"}},'
            " expect: {json: {status: healthy, services.database: healthy}}}"
        )
    lines += ["certificates:", "  targets:"]
    for port in ports:
        lines.append(
            f"    - {{name: shop-{port}, host: 127.0.0.1, port: {port}, server_name: shop.example.com, ca: ca.pem}}"
        )
    address = "${ssm:" + f"{SECRETS}/backup/{_DATABASE}" + "}"
    lines += ["backup:", f'  databases: [{{name: {_DATABASE}, url: "{address}"}}]', "alerts:", "  channels:"]
    return "\n".join([*lines, "    - {name: email, sns: AlertTopic}", ""])
