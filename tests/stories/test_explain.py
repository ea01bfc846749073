"""Commands of an explanation, with the layers and the function that somebody named."""

from __future__ import annotations

from pathlib import Path

import pytest

from manylayers.options import ExplainOptions
from manylayers.stories.explain import _with_names

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
