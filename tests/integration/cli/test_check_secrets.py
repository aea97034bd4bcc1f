"""`caretaker check` reads secrets from AWS if there are credentials for it."""

import json
from pathlib import Path

import boto3

from tests.forks import forked
from tests.unit.cli.processes import environment

SESSION = boto3.Session("testing", "testing", region_name="eu-central-1")


def test_parameters_and_secrets_are_read_and_not_shown(tmp_path: Path, moto_endpoint: str) -> None:
    ssm = SESSION.client("ssm", endpoint_url=moto_endpoint)
    url = "http://127.0.0.1:1/hook-hunter2"
    ssm.put_parameter(Name="/caretaker/staging/uptime/url", Value=url, Type="SecureString", Overwrite=True)
    secrets = SESSION.client("secretsmanager", endpoint_url=moto_endpoint)
    secrets.create_secret(Name="caretaker/staging/uptime/token", SecretString="hunter2-token")
    (tmp_path / "caretaker.yaml").write_text(
        "environment: staging\n"
        "uptime:\n"
        "  targets:\n"
        "    - name: api\n"
        "      url: ${ssm:caretaker/staging/uptime/url}\n"
        '      auth: {bearer: "${secret:caretaker/staging/uptime/token}"}\n'
        '    - {name: web, url: "${ssm:caretaker/staging/uptime/nothing}"}\n'
    )
    variables = environment(
        AWS_ENDPOINT_URL=moto_endpoint,
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",
        AWS_DEFAULT_REGION="eu-central-1",
    )
    done = forked(["check", "--json"], variables, tmp_path)
    api, web = json.loads(done.stdout)["results"]
    assert (api["status"], api["findings"][0]["code"]) == ("down", "connection-refused")
    assert web["status"] == "unknown"
    assert "there is no parameter /caretaker/staging/uptime/nothing" in web["summary"]
    assert "hunter2" not in done.stdout + done.stderr
