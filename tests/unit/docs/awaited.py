"""What the documents tell of and what is not in the tree yet: empty, but while parts of a release are put together."""

PAGES = {"docs/cost.md", "docs/deploy.md", "docs/restore.md", "docs/retention.md", "docs/verify.md"}
ANCHORS = {"docs/configuration.md#heartbeat"}
COMMANDS = {"cleanup", "restore", "verify"}
TARGETS = {"secret", "smoke"}
