"""What holds of every pair of layers: nothing differs from itself, and back is the reverse."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from carried_layers import SITE, a_file, a_layer, installed
from manylayers.layer.areas import areas
from manylayers.layer.carried import Carried
from manylayers.layer.difference import compare_layers
from manylayers.layer.shares import shares
from manylayers.layer.verdict import judge

SITES = (SITE, "python", "", "python/lib/python3.13/site-packages", "odd/root")
MIRROR = {"added": "removed", "removed": "added"}

packages = st.builds(
    installed,
    st.sampled_from(["alpha", "beta", "alpha-beta"]),
    st.sampled_from(["1.0", "2.0"]),
    st.dictionaries(
        st.sampled_from(["alpha/a.py", "alpha/b.so", "beta.py", "x/tests/t.py", "../bin/run"]),
        st.binary(max_size=3),
    ),
    site=st.sampled_from(SITES),
    tag=st.sampled_from(["py3-none-any", "py2-none-any"]),
    recorded=st.booleans(),
)
loose = st.builds(
    a_file,
    st.sampled_from([f"{SITE}/alpha/c.py", "bin/run", "python/beta.pyc", f"{SITE}/beta.py", "a"]),
    st.binary(max_size=3),
    st.sampled_from([0, 0o100644, 0o100755, 0o100600]),
)


def _layer(parts: list[Any]) -> Carried:
    """A layer has one file a path."""
    made = a_layer(*parts)
    files = {file.path: file for file in made.files}
    return a_layer(*(files[path] for path in sorted(files)))


layers = st.lists(packages | loose, max_size=6).map(_layer)


@given(layers)
@settings(deadline=None, max_examples=60)
def test_a_layer_is_the_same_as_itself_and_every_byte_is_in_one_share(layer: Carried) -> None:
    difference = compare_layers(layer, layer)
    assert (difference.packages, difference.files) == ((), ())
    assert judge(difference, files_known=True).verdict == "same"
    paths = [file.path for share in shares(layer) for file in share.files]
    assert sorted(paths) == [file.path for file in layer.files]
    assert sum(package.size for package in areas(layer)) == layer.size


@given(layers, layers)
@settings(deadline=None, max_examples=120)
def test_the_way_back_is_the_reverse(old: Carried, new: Carried) -> None:
    there, back = compare_layers(old, new), compare_layers(new, old)
    fates = sorted((one.name, MIRROR.get(one.fate, one.fate)) for one in there.packages)
    assert fates == sorted((one.name, one.fate) for one in back.packages)
    assert judge(there, files_known=True).verdict == judge(back, files_known=True).verdict
    assert all(one.loose >= 0 for one in there.packages)
    sizes = sum((one.new or 0) - (one.old or 0) for one in there.files)
    assert sizes == new.size - old.size
    if not there.files and not there.packages:
        assert {file.path: file.sha256 for file in old.files} == {
            file.path: file.sha256 for file in new.files
        }
