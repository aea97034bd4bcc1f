"""What the documents tell of and what is not in the tree yet: empty, but while parts of a release are put together."""

PAGES = {"docs/verify.md"}
COMMANDS = {"verify"}
