"""Sessions of boto3 that know nothing of a person's own settings."""

import os
from typing import TYPE_CHECKING, Any

from caretaker.local.identity import SECRET_KEY
from caretaker.local.stack.template import REGION

if TYPE_CHECKING:
    from boto3 import Session


def local_session(access_key: str) -> "Session":
    """Return a session for the local AWS: no profile, no ~/.aws, whatever the environment names."""
    import boto3
    import botocore.session

    nothing: tuple[Any, ...] = (None, [], None, None)  # a setting that no variable and no file can give
    no_file: tuple[Any, ...] = (None, [], os.devnull, None)
    core = botocore.session.Session(
        session_vars={"profile": nothing, "config_file": no_file, "credentials_file": no_file}
    )
    return boto3.Session(
        aws_access_key_id=access_key, aws_secret_access_key=SECRET_KEY, region_name=REGION, botocore_session=core
    )
