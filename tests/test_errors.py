"""What every error holds to."""

from __future__ import annotations

import pytest

from manylayers.errors import UsageError, redacted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://me:secret@host/x", "https://****@host/x"),
        ("https://m@e:secret@host/x", "https://****@host/x"),
        ("git+ssh://git@host/x.git", "git+ssh://****@host/x.git"),
        ("https:/me:secret@host/x", "https:/****@host/x"),
        ("no http://me:sec/ret@wo/rd@host/x here", "no http://****@host/x here"),
        ("https://host:8080/x@1 https://[::1]/x@1", "https://host:8080/x@1 https://[::1]/x@1"),
        ("demo @ https://host/x@1", "demo @ https://host/x@1"),
        ("https://host/x?X-Amz-Signature=secret&a=b", "https://host/x?X-Amz-Signature=****&a=b"),
        (
            "`https://h/x?key=sec)ret`: no (https://h/?sig=s)",
            "`https://h/x?key=****`: no (https://h/?sig=****)",
        ),
        ("https://host/x?v=1&amp;auth=secret", "https://host/x?v=1&amp;auth=****"),
        ("https://host/x?v=1&token=secret#frag", "https://host/x?v=1&token=****#frag"),
    ],
)
def test_credentials_are_redacted(text: str, wanted: str) -> None:
    assert redacted(text) == wanted


def test_no_error_repeats_a_credential() -> None:
    url = "https://me:secret@host"
    error = UsageError(f"bad {url}", hint=f"not {url}", details=(f"see {url}",))
    assert "secret" not in repr((error.message, error.hint, error.details, str(error)))
