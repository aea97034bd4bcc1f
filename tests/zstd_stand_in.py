"""`zstd` for machines that have none, as far as HOW-TO-RESTORE.md needs it: --decompress, --force and --quiet of files.

python -m tests.zstd_stand_in --decompress --force --quiet FILE.zst …
"""

import argparse
from pathlib import Path

import zstandard


def main() -> None:
    """Write each file beside itself, uncompressed."""
    parser = argparse.ArgumentParser()
    for option in ("--decompress", "--force", "--quiet"):
        parser.add_argument(option, action="store_true", required=True)
    parser.add_argument("files", nargs="+", type=Path)
    for file in parser.parse_args().files:
        with file.open("rb") as stored, file.with_suffix("").open("wb") as raw:
            zstandard.ZstdDecompressor().copy_stream(stored, raw)


if __name__ == "__main__":
    main()
