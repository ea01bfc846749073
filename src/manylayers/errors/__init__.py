"""Everything that can go wrong, as one tree: what happened, the way out, the exit status.

The fields are primitive, so that this module stands on nothing. A message is one lower-case
clause with the offending value in it and no period; ``hint`` says what to do; ``details`` are
further lines, one a fact. No error repeats a credential: each redacts what it is given.
"""

from __future__ import annotations

import re
from typing import ClassVar

# Compiled when first used: what goes well has nothing to redact.
_LOGIN = r"(\w:/{1,2})(?:[^/\s]+|[^/\s:@\[]*:(?!\d*(?:[/?#]|$))\S+)@"
"""The second form has a slash in its password, which therefore is no URL; a port is none."""
SIGNING = (
    r"(?:token|sig|signature|secret|pass|passwd|password|pwd|credential|key|auth"
    r"|authorization|jwt|session|policy|hmac|verify)="
)
"""How names end in a query whose values let in whoever has them."""
_SIGNED = rf"(?i)([?&;][\w.-]*{SIGNING})[^&#\s]*[^&#\s)>`'\",:;.]"
"""What a sentence has behind a URL is none of it."""


def redacted(text: str) -> str:
    """``text`` without what stands before ``@`` in the URLs in it, and without signed queries."""
    return re.sub(_SIGNED, r"\1****", re.sub(r"\S+", _without_login, text))


def _without_login(word: re.Match[str]) -> str:
    login, at, host = word[0].rpartition("@")
    return re.sub(_LOGIN, r"\1****@", login + at) + host


def reason_of(error: Exception) -> str:
    """Why the system refused something, as a clause: its own words, in lower case."""
    return str(getattr(error, "strerror", None) or error).lower()


class ManylayersError(Exception):
    """Base of every foreseen failure. ``code`` is stable, the wording is not."""

    code: ClassVar[str] = "error"
    exit_status: ClassVar[int] = 70

    def __init__(self, message: str, *, hint: str = "", details: tuple[str, ...] = ()) -> None:
        self.message = redacted(message)
        self.hint = redacted(hint)
        self.details = tuple(map(redacted, details))
        super().__init__(self.message)


class LayerError(ManylayersError):
    """The layer that would come out has errors; nothing was written."""

    code = "layer"
    exit_status = 1


class UsageError(ManylayersError):
    """What was asked makes no sense: an option, a configuration key, an input file's line."""

    code = "usage"
    exit_status = 2


class ResolutionError(ManylayersError):
    """The requirements have no answer for this target."""

    code = "resolution"
    exit_status = 3


class NetworkError(ManylayersError):
    """The network or the index failed, or ``--offline`` forbade asking it."""

    code = "network"
    exit_status = 4


class InputError(ManylayersError):
    """An input file is damaged, unsafe, or not what its hash says."""

    code = "input"
    exit_status = 5
