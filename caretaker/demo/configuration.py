"""What Caretaker is told to watch in the demo, and whom to tell: a caretaker.yaml like any other."""

from pathlib import Path

ENVIRONMENT = "demo"
SLACK_CHANNEL = "alerts"
WEBHOOK_PARAMETER = "/caretaker/demo/alerts/slack-alerts"
DATABASE_PARAMETER = "/caretaker/demo/backup/shop"

_YAML = """\
environment: demo

uptime:
  # A bad look is repeated once after two seconds, so that the demo is short.
  defaults: {timeout: 5s, slow: 4s, severity: critical, recheck: {times: 1, over: 2s}}
  targets:
    - name: frontend
      url: URL/
      group: shop
      ca: CA
      expect: {contains: Corner Shop}
    - name: api
      url: URL/health
      group: shop
      ca: CA
      expect:
        json:
          services.database: healthy
          services.redis: healthy
          system.cpu_percent: {max: 80}
          system.memory_percent: [{max: 85, severity: medium}, {max: 90, severity: critical}]
          system.disk_percent: {max: 90}

backup:
  databases:
    - {name: shop, url: "${ssm:caretaker/demo/backup/shop}"}

alerts:
  channels:
    - {name: alerts, slack: "${ssm:caretaker/demo/alerts/slack-alerts}"}
    - {name: email, sns: AlertTopic}
  routes: {critical: [alerts, email], high: [alerts, email], medium: [alerts], low: []}
  fallback: watchdog
"""


def write_configuration(folder: Path, *, url: str, authority: Path) -> Path:
    """Write the demo's caretaker.yaml, for the shop at this URL and its authority's PEM file; return its path."""
    path = folder / "caretaker.yaml"
    path.write_text(_YAML.replace("URL", url).replace("CA", str(authority)), "utf-8")
    return path
