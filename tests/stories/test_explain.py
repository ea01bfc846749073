"""Commands of an explanation: the layers and the function that were named, and their target."""

from __future__ import annotations

from pathlib import Path

import pytest

import manylayers
from made_layers import SITE, a_layer, write_layer
from manylayers.layer.carried import Carried
from manylayers.options import ExplainOptions
from manylayers.report.explain import ExplainReport
from manylayers.stories.explain import _with_names, explain

CHECK = "manylayers check layer.zip --python 3.12"
BOTH = "manylayers check layer.zip --function function.zip --python 3.12"
FIX = "manylayers fix layer.zip -o NEW.zip"
BUILD = "manylayers build six --python 3.12"


@pytest.mark.parametrize(
    ("command", "layers", "function", "told"),
    [
        (CHECK, "", "", CHECK),
        (CHECK, "a.zip|my b.zip", "", "manylayers check a.zip 'my b.zip' --python 3.12"),
        (CHECK, "", "my app.zip", "manylayers check --python 3.12 --function 'my app.zip'"),
        (CHECK, "a.zip", "app.zip", "manylayers check a.zip --python 3.12 --function app.zip"),
        (BOTH, "", "", BOTH),
        (BOTH, "a.zip", "", "manylayers check a.zip --python 3.12"),
        (BOTH, "", "app.zip", "manylayers check --function app.zip --python 3.12"),
        (BOTH, "a.zip", "app.zip", "manylayers check a.zip --function app.zip --python 3.12"),
        (FIX, "a.zip|b.zip", "app.zip", "manylayers fix a.zip -o NEW.zip"),
        (BUILD, "", "app.zip", BUILD),
        (BUILD, "layer.zip", "", f"{BUILD} -o NEW.zip"),
        ("", "a.zip", "app.zip", ""),
    ],
)
def test_a_command_is_about_what_was_named_and_writes_over_none_of_it(
    command: str, layers: str, function: str, told: str
) -> None:
    options = ExplainOptions(
        text="",
        layers=tuple(Path(name) for name in layers.split("|") if name),
        function=Path(function) if function else None,
    )
    assert _with_names(command, options) == told


class Shelf:
    """A door behind which one layer for Python 3.13 lies."""

    def read_layer(self, path: Path) -> Carried:
        return a_layer(f"{SITE}/demo.py".replace("3.12", "3.13"), label=str(path))


def explained(text: str, *layers: str) -> ExplainReport:
    return explain(ExplainOptions(text=text, layers=tuple(map(Path, layers))), Shelf())


OWN = "KeyError: 'user_id' File \"/var/task/app.py\", line 9, in handler"


@pytest.mark.parametrize(
    ("text", "layers", "first", "command"),
    [
        ("odd", (), "give the whole text, from", BOTH.replace(" --python 3.12", "")),
        (OWN, (), "look there first: the code", BOTH.replace(" --python 3.12", "")),
        (OWN, ("a.zip",), "look there first: the code", "manylayers check a.zip --python 3.13"),
    ],
)
def test_an_unknown_text_has_a_step_without_a_command_and_a_check_for_the_layers_own_target(
    text: str, layers: tuple[str, ...], first: str, command: str
) -> None:
    look, check = explained(text, *layers).remedies
    assert (look.command, check.command) == (None, command)
    assert look.text.startswith(first)


def test_a_python_is_called_assumed_where_a_command_names_it_and_the_text_does_not() -> None:
    missing = "No module named 'six'"
    assert explained(missing).assumed == "--python 3.12"
    assert explained(f"{missing} python3.11").assumed is None
    assert explained("[Errno 28] No space left on device: '/tmp/x'").assumed is None


@pytest.mark.parametrize(
    ("module", "own", "codes"),
    [
        ("acme.x", "acme.py", ["C404"]),
        ("utils.x", "utils.py", ["C404"]),
        ("acme", "acme.py", []),
        ("acme.x", "app.py", []),
    ],
)
def test_a_module_of_the_function_that_hides_one_of_a_layer_is_seen(
    tmp_path: Path, module: str, own: str, codes: list[str]
) -> None:
    name = module.partition(".")[0]
    files = {f"python/{name}/__init__.py": b"", f"python/{name}/x.py": b""}
    layer = write_layer(tmp_path / "layer.zip", files)
    function = write_layer(tmp_path / "own.zip", {own: b""})
    report = manylayers.explain(f"No module named '{module}'", layers=[layer], function=function)
    assert [finding.code for finding in report.findings] == codes
    assert report.cause.startswith("something else with the first name of") == bool(codes)
