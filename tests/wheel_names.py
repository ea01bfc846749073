"""Wheel file names as indexes really have them, and as nobody sane would write them."""

from __future__ import annotations

from hypothesis import strategies as st

REAL = (
    "numpy-2.2.6-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    "numpy-2.2.6-cp312-cp312-musllinux_1_2_x86_64.whl",
    "cryptography-45.0.0-cp311-abi3-manylinux_2_34_aarch64.whl",
    "cryptography-45.0.0-cp39-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    "grpcio-1.60.0-cp311-cp311-linux_armv7l.whl",
    "lxml-5.0-cp311-cp311-manylinux_2_12_i686.manylinux2010_i686.manylinux_2_24_i686.whl",
    "torch-2.1.0+cu118-cp311-cp311-linux_x86_64.whl",
    "PyYAML-6.0-cp27-cp27mu-manylinux1_x86_64.whl",
    "six-1.16.0-py2.py3-none-any.whl",
    "ruff-0.1.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    "protobuf-4.0-cp310-abi3-win_amd64.whl",
    "ujson-5.0-pp39-pypy39_pp73-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    "cffi-1.17-cp313-cp313t-manylinux_2_17_x86_64.whl",
    "black-23.1.0-1-cp311-cp311-macosx_10_16_universal2.whl",
    "tensorflow-2.16.1-12abc-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    "zope.interface-6.0-cp312-cp312-manylinux_2_5_x86_64.manylinux1_x86_64.whl",
    "playwright-1.4-py3-none-manylinux1_x86_64.whl",
    "Flask-3.0-PY3-NONE-ANY.whl",
)

INTERPRETERS = ("cp312", "cp311", "cp38", "cp313", "py3", "py2", "py312", "py38", "py313", "pp310")
ABIS = ("cp312", "cp311", "abi3", "none", "cp313t", "cp38", "pypy310_pp73")
PLATFORMS = (
    "any",
    "linux_x86_64",
    "win32",
    "macosx_11_0_arm64",
    "musllinux_1_2_x86_64",
    "manylinux1_x86_64",
    "manylinux2010_x86_64",
    "manylinux2014_aarch64",
    "manylinux2014_x86_64",
    *(f"manylinux_2_{minor}_x86_64" for minor in (5, 17, 26, 27, 28, 34, 35)),
    *(f"manylinux_2_{minor}_aarch64" for minor in (17, 26, 27, 34, 35)),
    "manylinux_2_28_s390x",
)


def _dotted(pool: tuple[str, ...]) -> st.SearchStrategy[str]:
    """A compressed tag set: one to three of ``pool``."""
    return st.lists(st.sampled_from(pool), min_size=1, max_size=3, unique=True).map(".".join)


BUILDS = st.sampled_from(["", "", "", "1-", "2-", "10-", "9b-"])

wheel_names = st.one_of(
    st.sampled_from(REAL),
    st.builds(
        lambda build, python, abi, platform: f"demo-1.0-{build}{python}-{abi}-{platform}.whl",
        BUILDS,
        _dotted(INTERPRETERS),
        _dotted(ABIS),
        _dotted(PLATFORMS),
    ),
)
"""File names that `packaging` reads."""

odd_names = st.text(alphabet="-._ +abc0129cp py3nonewhl/\\é", max_size=40).map(lambda s: s + ".whl")
"""File names of which most are no wheel's."""
