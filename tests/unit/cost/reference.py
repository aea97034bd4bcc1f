"""The month that docs/cost.md promises a price for: 25 endpoints, 5 certificates, one database of 1 GB, every day."""

from pathlib import Path

ROOT = Path(__file__).parents[3]
TEMPLATE = ROOT / "template.yaml"
CONFIGURATION = "\n".join(
    [
        "environment: production",
        "uptime:",
        "  targets:",
        *[f'    - {{name: endpoint-{number}, url: "http://{number}.example.com/"}}' for number in range(25)],
        "certificates:",
        "  targets:",
        *[f"    - {{name: shop-{number}, host: shop-{number}.example.com}}" for number in range(5)],
        "backup:",
        '  databases: [{name: main, url: "${ssm:caretaker/production/backup/main-url}"}]',
        "",
    ]
)
