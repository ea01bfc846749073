"""What commands print as JSON, held against the schemas that are published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from command import offline, run
from manylayers.render.schema import DOCUMENTS, document_schema, schema_file
from wheel_builder import build_wheel

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "schemas"


def published(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((PUBLISHED / name).read_text(encoding="utf-8"))
    return schema


def holds(document: Any) -> None:
    """The document is what its own ``schema`` says it is."""
    name = f"{document['schema'].replace('/', '-')}.json"
    Draft202012Validator(published(name)).validate(document)


@pytest.mark.parametrize("kind", DOCUMENTS, ids=lambda kind: kind.__name__)
def test_the_published_schema_is_the_reports_own(kind: type) -> None:
    Draft202012Validator.check_schema(document_schema(kind))
    assert published(schema_file(kind)) == document_schema(kind)


def test_no_schema_is_published_that_nothing_has() -> None:
    there = {path.name for path in PUBLISHED.iterdir()}
    assert there == {schema_file(kind) for kind in DOCUMENTS}


def test_every_command_prints_what_its_schema_says(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels, tag="cp312-cp312-manylinux_2_17_x86_64", data={"scripts/x": b"#!python\n"})
    build_wheel(wheels, version="2.0", tag="cp312-cp312-manylinux_2_38_x86_64")
    (tmp_path / "pyproject.toml").write_text(
        "[tool.manylayers]\npython=['3.12','3.13']\nrequirements=['demo==1.0']\n"
    )
    for words in (
        ("build", "demo", "--python", "3.12"),
        ("build", "demo", "--python", "3.12", "--dry-run"),
        ("build", "demo", "--python", "3.13"),
        ("build",),
        ("lock", "demo", "--python", "3.12"),
        ("lock",),
        ("wheels", "demo"),
        ("wheels", "demo", "--python", "3.12", "--link"),
    ):
        holds(offline(*words, "--json", folder=tmp_path, wheels=wheels).json)
    holds(run("check", "layer.zip", "--json", folder=tmp_path).json)
    holds(run("fix", "layer.zip", "-o", "new.zip", "--json", folder=tmp_path).json)
    holds(run("runtimes", "--json", folder=tmp_path).json)
    holds(run("completion", "bash", "--json", folder=tmp_path).json)
    holds(run("explain", "GLIBC_2.28' not found", "--json", folder=tmp_path).json)


@pytest.mark.parametrize(
    "words", [("build", "--nope"), ("buld",), ("wheels",), ("completion", "tcsh"), ("--nope",)]
)
def test_a_misused_command_line_is_told_in_json_too(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = run(*words, "--json", folder=tmp_path)
    assert (said.status, said.json["exit_status"], said.json["code"]) == (2, 2, "usage")
    holds(said.json)


def test_a_document_that_lacks_a_key_does_not_hold(tmp_path: Path) -> None:
    document = run("runtimes", "--json", folder=tmp_path).json
    del document["as_of"]
    with pytest.raises(Exception, match="'as_of' is a required property"):
        holds(document)
