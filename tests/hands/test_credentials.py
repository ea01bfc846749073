"""What is not kept, since whoever reads it could get in."""

from __future__ import annotations

from pathlib import Path

import pytest

from manylayers.errors.places import ProgramError
from manylayers.hands.credentials import Credentials, holds_secret


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"<a href='https://h/x.whl?a=1&X-Amz-Signature=2'>", True),
        (b'"https://bob:word@h/x.whl"', True),
        (b"https://h/x.whl?" + b"a" * 9000 + b"&SIG=1", True),
        (b"https://h/x.whl?version=1 sig=2", False),
        (b"https://h/x.whl#sig=2", False),
    ],
)
def test_a_url_that_lets_in_whoever_has_it_is_a_secret(data: bytes, *, wanted: bool) -> None:
    assert holds_secret(data) is wanted


@pytest.mark.parametrize("unit", [b"?", b"://", b"?sig", b"?a&", b"://a:"])
def test_a_text_made_to_be_slow_comes_to_an_end(unit: bytes) -> None:
    """A pattern that grows with the square of its text would take hours."""
    assert not holds_secret(unit * (4_000_000 // len(unit)))


def test_a_keyring_that_is_not_there_is_told_with_its_own_way_out(tmp_path: Path) -> None:
    asked = Credentials({"UV_KEYRING_PROVIDER": "subprocess", "PATH": str(tmp_path)})
    url = asked.remember("https://bob@host/simple")
    with pytest.raises(ProgramError, match="keyring can not be started") as caught:
        asked.ask_keyring(url)
    assert caught.value.hint.startswith("install keyring, or unset UV_KEYRING_PROVIDER")
