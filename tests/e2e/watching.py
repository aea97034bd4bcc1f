"""A product that is watched by the deployed stack, and the Slack that hears of it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from caretaker.local.aws import Answer, LocalAws
from tests.authority import SIGNS, Authority
from tests.presenting import Presenting, presenting
from tests.servers import Server, reply, send

KEY = "s3cret-api-key"
CONFIGURATION = """
environment: production
uptime:
  defaults: {{recheck: 0, timeout: 2s}}
  controls: ["http://127.0.0.1:{web}/one", "http://localhost:{web}/two"]
  heartbeat: http://127.0.0.1:{heart}/ping
  targets:
    - name: api
      url: http://127.0.0.1:{web}/health
      headers: {{X-Api-Key: "${{ssm:caretaker/production/uptime/key}}"}}
      expect: {{json: {{status: healthy}}}}
      depends_on: [mail]
    - {{name: mail, tcp: "127.0.0.1:{mail}", expect: {{banner: "220 *"}}}}
certificates:
  defaults: {{recheck: 0, timeout: 2s}}
  targets: [{{name: shop, host: 127.0.0.1, port: {secure}, server_name: shop.example.com, ca: ca.pem}}]
alerts:
  channels:
    - {{name: alerts, slack: "${{ssm:caretaker/production/alerts/slack}}"}}
    - {{name: email, sns: AlertTopic}}
  routes: {{critical: [alerts, email], high: [alerts], medium: [alerts]}}
  runbooks: https://git.example.com/runbooks
"""


NOW = datetime.now(UTC)  # the functions look at the clock
CA = Authority("Test CA", usage=SIGNS)


def served(days: float) -> Presenting:
    """Return a server whose certificate ends in so many days."""
    begin, end = NOW - timedelta(days=10), NOW + timedelta(days=days)
    return presenting(CA, name="shop.example.com", begin=begin, end=end)


@dataclass
class Product:
    """What is watched, and the Slack that hears of it."""

    healthy: bool = True
    greeting: bytes = b"220 ready\r\n"
    certificate: Presenting = field(default_factory=lambda: served(days=60))
    said: list[str] = field(default_factory=list)

    def present(self, connection: Any, head: bytes) -> None:
        self.certificate(connection, head)

    def answer(self, connection: Any, head: bytes) -> None:
        body = {"status": "healthy" if self.healthy else "ill", "secret": KEY}
        reply(json.dumps(body).encode())(connection, head)

    def greet(self, connection: Any, head: bytes) -> None:
        send(self.greeting)(connection, head)

    def listen(self, connection: Any, head: bytes) -> None:
        rest = head.partition(b"\r\n\r\n")[2]
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        while len(rest) < length:
            rest += connection.recv(65536)
        self.said.append(json.loads(rest)["text"].strip("*"))
        reply()(connection, head)


@dataclass
class Stack:
    """The deployed stack and its world; runs come at times of their own."""

    aws: LocalAws
    product: Product
    slack: Server
    heart: Server
    at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0, second=0))

    def begin(self) -> None:
        """Begin again with nothing remembered; the functions stay warm, as they are in Lambda."""
        self.aws.faults.clear()
        self.aws.drain()
        database = self.aws.client("dynamodb")
        for item in database.scan(TableName=self.table)["Items"]:
            database.delete_item(TableName=self.table, Key={name: item[name] for name in ("pk", "sk")})
        self.product.healthy, self.product.greeting = True, b"220 ready\r\n"
        self.product.certificate = served(days=60)
        self.product.said.clear()
        self.aws.forget()

    def store_secrets(self) -> None:
        """Store what the configuration refers to."""
        parameters = self.aws.client("ssm")
        for name, value in (("uptime/key", KEY), ("alerts/slack", self.slack.url("/services/T0/B0/HookSecret"))):
            parameters.put_parameter(Name=f"/caretaker/production/{name}", Value=value, Type="SecureString")

    def run(self) -> Answer:
        """Let the next scheduled run take place, and all that follows from it."""
        self.at += timedelta(minutes=5)
        return self.again()

    def again(self) -> Answer:
        """Deliver the same event once more."""
        answer = self.aws.invoke("uptime", {"scheduled_at": f"{self.at:%Y-%m-%dT%H:%M:%SZ}"})
        self.aws.drain()
        return answer

    def sweep(self) -> None:
        """Let notify look for what is left over."""
        self.aws.invoke("notify", {"scheduled_at": f"{self.at:%Y-%m-%dT%H:%M:%SZ}", "sweep": True})
        self.aws.drain()

    def still_due(self) -> int:
        """Return how many messages are still to be sent."""
        items = self.aws.client("dynamodb").scan(TableName=self.table)["Items"]
        return sum(item["pk"]["S"].startswith("DELIVERY#") and "due" in item for item in items)

    @property
    def table(self) -> str:
        return self.aws.variables("uptime")["CARETAKER_TABLE"]

    def subjects(self) -> list[str]:
        return [one.subject for one in self.aws.published()]
