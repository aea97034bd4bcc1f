"""samconfig.toml: how each environment is deployed. What people wrote into it stays as it is."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError

from caretaker.releasing.errors import ReleaseError


@dataclass(frozen=True, slots=True)
class Settings:
    """The file and what it holds."""

    path: Path
    document: TOMLDocument

    def stack(self, section: str) -> str | None:
        """Return the stack of an environment's section, None if it names none."""
        for command in ("deploy", "global"):
            name = self._parameters(section, command).get("stack_name")
            if name:
                return str(name)
        return None

    def overrides(self, section: str) -> dict[str, str]:
        """Return the values that an environment gives to the template's parameters."""
        written = self._parameters(section, "deploy").get("parameter_overrides", "")
        texts = shlex.split(written) if isinstance(written, str) else [str(one) for one in written]
        return dict(text.split("=", 1) for text in texts if "=" in text)

    def settle(self, section: str, stack: str, overrides: Mapping[str, str]) -> None:
        """Write down an environment's stack and values."""
        part = self.document.setdefault(section, tomlkit.table(is_super_table=True))
        for command in ("global", "deploy"):
            part.setdefault(command, tomlkit.table(is_super_table=True)).setdefault("parameters", tomlkit.table())
        part["global"]["parameters"]["stack_name"] = stack
        deploy = part["deploy"]["parameters"]
        deploy.setdefault("capabilities", "CAPABILITY_IAM")
        if "s3_bucket" not in deploy:
            deploy.setdefault("resolve_s3", True)
        deploy["parameter_overrides"] = " ".join(override(name, value) for name, value in overrides.items())
        self.path.write_text(tomlkit.dumps(self.document), "utf-8")

    def _parameters(self, section: str, command: str) -> Mapping[str, Any]:
        found: Any = self.document.unwrap()
        for key in (section, command, "parameters"):
            found = found.get(key, {}) if isinstance(found, dict) else {}
        return found if isinstance(found, dict) else {}


def override(name: str, value: str) -> str:
    """Return a parameter's value as SAM reads it, an empty one too."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{name}="{escaped}"'


def read_settings(path: Path) -> Settings:
    """Return what a samconfig.toml holds, nothing where there is none; raise ``ReleaseError`` if it is none."""
    if not path.is_file():
        return Settings(path, tomlkit.document())
    try:
        return Settings(path, tomlkit.parse(path.read_text("utf-8")))
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise ReleaseError(f"{path} is not TOML: {error}") from error
