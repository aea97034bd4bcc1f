"""TLS endpoints that are named on the command line: ``HOST``, ``HOST:PORT`` or an ``https://`` URL."""

import re
from collections.abc import Sequence

import click

from caretaker.authoring.compiling.certificates import compile_certificates
from caretaker.authoring.compiling.section import Section
from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.model.certificates import CertificateSection, CertificateTarget
from caretaker.authoring.values.hosts import bare_host, host_and_port

_FORM = "Write HOST or HOST:PORT, such as example.com or mail.example.com:993."


def named_endpoints(written: Sequence[str]) -> list[Section]:
    """Return the compiled forms of endpoints; raise ``click.UsageError`` if one of them is none."""
    targets = list({target.name: target for target in map(_target, written)}.values())
    return compile_certificates(CertificateSection.model_construct(targets=targets), [])


def _target(text: str) -> CertificateTarget:
    # A URL is cut by hand: what is no URL is to be named, and what in it may be secret is not to be quoted.
    place = _authority(text.removeprefix("https://")) if text.startswith("https://") else text
    try:
        host, port = _split(place)
    except Unfit as unfit:
        raise click.UsageError(f"{place!r} is no endpoint: {unfit.message}. {_FORM}") from None
    bracketed = f"[{host}]" if ":" in host else host
    shown = f"{bracketed}:{port}" if port != 443 else host
    return CertificateTarget.model_construct(name=shown, host=host, port=port)


def _authority(text: str) -> str:
    return re.split("[/?#]", text)[0].rpartition("@")[2]


def _split(place: str) -> tuple[str, int]:
    without_port = (place.startswith("[") and place.endswith("]")) or (
        place.count(":") != 1 and not place.startswith("[")
    )
    if without_port:
        return bare_host(place.strip("[]")), 443
    host, _, port = host_and_port(place).rpartition(":")
    return host.strip("[]"), int(port)
