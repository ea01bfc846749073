"""What was read of a layer comes back as it was, and damage is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_layers import a_file, a_layer, installed, layer_of
from manylayers.layer.carried import Carried
from manylayers.layer.remembered import reading_from_bytes, reading_to_bytes

LAYER = layer_of(
    installed("demo", files={"demo/\u00e4.py": b"", "demo/a.so": b"\x7fELF"}, requires=["six>=1"]),
    {"wrapper": b"#!/bin/sh\n"},
)._replace(packed=77, oddities=("it has a comment",))
OTHERS = a_layer(
    "python/a.cpython-312-x86_64-linux-gnu.so",
    "python/b.cpython-312-x86_64-linux-gnu.so",
    a_file("python/link", b"a", 0o120777, link="\udcff\udcfe/a"),
    folders={"python": 0o40755},
)


@pytest.mark.parametrize("layer", [LAYER, OTHERS, Carried("layer.zip", (), ())])
def test_a_reading_comes_back_as_it_was(layer: Carried) -> None:
    assert reading_from_bytes(reading_to_bytes(layer), layer.label) == layer


def test_it_has_the_label_it_is_asked_with() -> None:
    assert reading_from_bytes(reading_to_bytes(LAYER), "other.zip").label == "other.zip"


@given(st.data())
def test_what_was_cut_or_changed_is_an_error_of_value_or_a_layer(data: st.DataObject) -> None:
    whole = reading_to_bytes(LAYER)
    cut = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[cut] ^= data.draw(st.integers(1, 255))
    for damaged in (whole[:cut], bytes(changed), b"", whole + b"x"):
        try:
            reading_from_bytes(damaged, "layer.zip")
        except ValueError:
            continue
        assert damaged not in (b"", whole[:cut])
