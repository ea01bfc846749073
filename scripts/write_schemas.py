"""Write the JSON Schemas of all documents to `docs/schemas/`; `--check` only compares."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from manylayers.render.schema import DOCUMENTS, document_schema, schema_file

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "schemas"


def main() -> int:
    """Write what differs, or with ``--check`` name it and give 1."""
    stale = {name: text for name, text in schemas().items() if read(FOLDER / name) != text}
    if "--check" in sys.argv[1:]:
        print(*(f"{name} is not up to date" for name in stale), sep="\n")
        return int(bool(stale))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in stale.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"wrote {name}")
    return 0


def schemas() -> dict[str, str]:
    """Every schema by its file name."""
    return {
        schema_file(kind): json.dumps(document_schema(kind), indent=2) + "\n" for kind in DOCUMENTS
    }


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
