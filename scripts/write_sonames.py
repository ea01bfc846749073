"""Write `facts/sonames.toml` from the table of collected observations.

    python scripts/write_sonames.py COLLECTED.toml

COLLECTED has a table `[so."NAME"]` a library: `al2` and `al2023` (present, absent or unknown, in
the runtime of zip functions), a confidence for each, `amazon_linux` (package), and sources. What
the product needs of it is kept, a line a library.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

PATH = Path(__file__).resolve().parent.parent / "src/manylayers/facts/sonames.toml"
SYSTEMS = ("al2", "al2023")
HEAD = """\
# Shared libraries in the runtimes of zip functions. Written by scripts/write_sonames.py.
# A system's column: present | absent | unknown, and how that is known: documented | observed |
# inferred. `arch`: only there. `package`: of Amazon Linux.

as_of = 2026-11-23

[sources]
al2 = "lambci/docker-lambda: base/base-2/fs.txt, complete dump of the runtime"
al2023 = "brefphp/aws-lambda-layers: utils/lib-copy, image's list less what the runtime lacks"

[complete]
al2 = true
al2023 = false

[libraries]
"""


def main() -> int:
    """Write the table."""
    collected = tomllib.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    PATH.write_text(HEAD + table(collected["so"]), encoding="utf-8")
    return 0


def table(rows: dict[str, dict[str, Any]]) -> str:
    """A line a library, by name."""
    return "".join(f'"{name}" = {{ {line(row)} }}\n' for name, row in sorted(rows.items()))


def line(row: dict[str, Any]) -> str:
    fields = [f'{key} = "{status(row, key)} {row[f"{key}_confidence"]}"' for key in SYSTEMS]
    if arch := row.get("arch"):
        fields.append(f'arch = "{arch}"')
    if package := package_name(row.get("amazon_linux", "")):
        fields.append(f'package = "{package}"')
    return ", ".join(fields)


def status(row: dict[str, Any], key: str) -> str:
    """``present`` for "present on x86_64 only", since ``arch`` says the rest."""
    return str(row[key]).split()[0]


def package_name(text: str) -> str:
    """The package of Amazon Linux 2023 where the two systems differ, else the one there is."""
    for part in reversed(text.split(";")):
        match = re.fullmatch(r"\s*(?:AL2023: |AL2: )?([\w.+-]+)\s*", part)
        if match:
            return match[1]
    return ""


if __name__ == "__main__":
    sys.exit(main())
