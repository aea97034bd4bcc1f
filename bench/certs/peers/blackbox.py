"""Prometheus' blackbox_exporter: a handshake with Go's TLS, its one reason, and the metric of the earliest end."""

import http.client
import json
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.certs.peers.said import WARNING_DAYS, Said, heard
from bench.certs.zoo import Served
from bench.waiting import serving

_PROGRAM = "prometheus-blackbox-exporter"
_WORDS = {
    "certificate has expired or is not yet valid.* is after": "expired chain-expired",
    "certificate has expired or is not yet valid.* is before": "not-yet-valid bad-chain",
    r"is valid for .*, not |any IP SANs|not valid for any names": "hostname-mismatch",
    "relies on legacy Common Name": "missing-san",
    "signed by unknown authority": "untrusted-root",
    "incompatible key usage": "wrong-usage",
    "name constraint|not authorized to sign|is excluded|is not permitted": "name-constraint",
    "insecure algorithm": "weak-signature",
    "RSA key .*(small|bits)": "weak-key",
    "too many intermediates|cannot sign|critical extension|verification failure|verification error": "bad-chain",
    "protocol version": "no-modern-protocol",
}


def ask(zoo: Sequence[Served]) -> list[Said] | None:
    """Return what is said of each server; None if the program is not installed."""
    if not shutil.which(_PROGRAM):
        return None
    with tempfile.TemporaryDirectory() as folder, _exporter(Path(folder), zoo) as port:
        return [_one(port, served) for served in zoo]


@contextmanager
def _exporter(folder: Path, zoo: Sequence[Served]) -> Iterator[int]:
    modules = {}
    for served in zoo:
        ca = folder / f"{served.port}.pem"
        ca.write_text(served.exhibit.ca, "ascii")
        tls = {"ca_file": str(ca), "server_name": served.host}
        modules[str(served.port)] = {"prober": "tcp", "timeout": "10s", "tcp": {"tls": True, "tls_config": tls}}
    configuration = folder / "blackbox.yml"
    configuration.write_text(json.dumps({"modules": modules}), "utf-8")  # JSON is YAML
    options = [_PROGRAM, f"--config.file={configuration}"]
    with serving(lambda port: [*options, f"--web.listen-address=127.0.0.1:{port}"]) as (port, _):
        yield port


def _one(port: int, served: Served) -> Said:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", f"/probe?debug=true&module={served.port}&target=127.0.0.1:{served.port}")
    answer = connection.getresponse().read().decode()
    connection.close()
    failed = "probe_success 0" in answer
    reasons = "".join(re.findall(r'err="(.*)"', answer))
    said = heard(reasons, _WORDS, is_alarm=failed)
    end = re.search(r"^probe_ssl_earliest_cert_expiry (\S+)", answer, re.MULTILINE)
    if end and float(end[1]) - time.time() < WARNING_DAYS * 86_400:
        return Said(said.codes | {"expiring", "chain-expiring"}, is_alarm=True)
    return said
