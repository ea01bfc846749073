"""What uv says when it gives up, as our errors: who is to blame, for what, and what to do.

uv's wording is no interface. A change of it costs a worse sentence or another exit status, no more:
`tests/doors/test_resolve_failures.py` holds what the uv of today says.
"""

from __future__ import annotations

import re

from manylayers.errors import ManylayersError, NetworkError, redacted
from manylayers.errors.inputs import HashMismatchError, UnreadableWheelError
from manylayers.errors.places import (
    NO_SIMPLE_API,
    IndexPageError,
    OfflineError,
    cache_error,
    index_page_error,
    temporary_error,
)
from manylayers.errors.resolving import UnresolvableError
from manylayers.formats.index_page import kind_told
from manylayers.hands.urls import asked_for, host_of
from manylayers.hands.web_failures import UNREACHED, UNTRUSTED, misled, refused


def failure(said: str) -> ManylayersError:
    """The error behind what uv ``said`` when it gave up."""
    text = redacted(said.strip())
    known = _of_this_machine(text) or _of_packages(text) or _of_pages(text) or _of_network(text)
    return known or UnresolvableError(text)


def _of_this_machine(text: str) -> ManylayersError | None:
    """Offline, or without a place to work in: nobody was asked."""
    if "network was disabled" in text or "network connectivity is disabled" in text.lower():
        return OfflineError(
            "the resolver needs the index",
            "asking it",
            instead=", or build from a lock: manylayers build --lock pylock.toml",
            details=(" ".join(_explanation(text).split()),),
        )
    if place := _cache_at_fault(text):
        return cache_error(place, _systems_words(_reason(text)))
    match = _TEMPORARY.search(text)
    return temporary_error(_systems_words(match[1])) if match else None


def _systems_words(reason: str) -> str:
    """What the system said, without the file inside a folder that is named already."""
    return re.sub(r" \(os error \d+\).*$", "", reason.rpartition("`: ")[2]).lower()


def _cache_at_fault(text: str) -> str | None:
    """The resolver's cache, where the disk refused something in it.

    Names of members stand in uv's lines, in any length: nothing here looks at a line from each of
    its characters on.
    """
    if match := _CACHE.search(text):
        return match[1] or match[2]
    if match := _IN_CACHE.search(text):
        start = max(text.rfind("`", 0, match.start()), text.rfind("\n", 0, match.start()))
        return text[start + 1 : match.end(1)]
    return None


def _of_packages(text: str) -> ManylayersError | None:
    """A wheel or its metadata that can not be read, or requirements without an answer."""
    if _DAMAGED.search(text):
        return UnreadableWheelError(subject(text), reason=_reason(text))
    if match := _METADATA_ALONE.search(text):
        told = _METADATA_REASON.search(text)
        reason = f"its metadata is none: {told[1] if told else _reason(text)}"
        return UnreadableWheelError((match[1], match[2]), reason=reason[:LONGEST_REASON])
    if "No solution found" in text:
        return UnresolvableError(_explanation(text))
    return None


def _of_pages(text: str) -> ManylayersError | None:
    """What an index told is at fault: a page, a link on it, metadata with another hash."""
    if match := _PAGE.search(text):
        return index_page_error(match[1] or match[3], _page_reason(text))
    if match := _METADATA.search(text):
        told = {"expected": match[2], "actual": match[3]}
        return HashMismatchError(asked_for(match[1]), host=host_of(match[1]), **told)
    if match := _LINK.search(text):
        link = next(filter(None, match.groups()), "an empty one")
        return _no_link(link, _systems_words(_reason(text)) if match[2] else _reason(text))
    return None


def _of_network(text: str) -> ManylayersError | None:
    """The index could not be asked, or did not give what it was asked for."""
    if not _NETWORK.search(text):
        return None
    reason, match, causes = _reason(text), _ASKED.search(text), _MOVED_TO.findall(text)
    if match is None:
        return NetworkError(f"the index did not answer as it should: {reason}", hint=UNREACHED)
    asked = match[1] or match[2]
    url = causes[-1] if causes else asked
    if status := _STATUS.search(reason):
        return refused(url, int(status[1]))
    if "redirect" in reason or "Location" in reason:
        return misled(url, f"to where it can not be followed: {reason}")
    by = f", to which {host_of(asked)} redirects," if host_of(asked) != host_of(url) else ""
    return NetworkError(
        f"{host_of(url)}{by} did not give {asked_for(url)}: {reason}",
        hint=UNTRUSTED if _TLS.search(reason) else UNREACHED,
    )


def _no_link(link: str, reason: str) -> IndexPageError:
    return IndexPageError(
        f"an index page has a link that can't be used, {link[:LONGEST_REASON]}: {reason}",
        hint=NO_SIMPLE_API,
    )


def _page_reason(text: str) -> str:
    if match := _KIND.search(text):
        if match[1]:
            return f"it is {kind_told(match[1])}"
        return "it has no Content-Type, or redirects for ever"
    return _reason(text)


_NETWORK = re.compile(
    r"Request failed|Failed to fetch|error sending request|Failed to download|timed out"
    r"|HTTP status|Could not connect|dns error|invalid peer certificate",
    re.IGNORECASE,
)
_ASKED = re.compile(r"Failed to \w+: `?(https?://[^`\s]+)|(?:`|for url \()(https?://[^`\s)]+)[`)]")
_MOVED_TO = re.compile(r"for url \((https?://[^\s)]+)\)")
_METADATA_ALONE = re.compile(
    r"Because ([\w.-]+)==(\S+) has invalid metadata and (?:only|you require) "
)
"""Where nothing else stands in the way: old releases often have metadata that is none."""
_METADATA_REASON = re.compile(r"could not be parsed:\s+(\S.*)")
_METADATA = re.compile(
    r"Hash mismatch for package metadata at `([^`]+)`\s+Expected:\s+(\S+)\s+Computed:\s+(\S+)"
)
_LINK = re.compile(
    r"Could not parse \w+ URL `([^`]*)`|failed to open file `([^`]+\.whl)`"
    r"|Failed to fetch: `?((?!https?:)[a-z][a-z0-9+.-]*:[^`\s]*)",
    re.IGNORECASE,
)
_STATUS = re.compile(r"HTTP status \w+ error \((\d{3})\b")
_TLS = re.compile(r"certificate|InvalidContentType|handshake|tls", re.IGNORECASE)

_DAMAGED = re.compile(
    r"Failed to (?:extract|unzip)|Failed to read metadata|Couldn't parse metadata|invalid wheel"
    r"|\.dist-info directory|The wheel filename|has an invalid package format"
    r"|`RECORD` file is invalid|The wheel is invalid|Package metadata \w+ `[^`]*` does not match"
    # in the folder that uv unpacks a wheel in, where a file of it is not there
    r"|/\.tmp\w+/[^`\n]*`: No such file",
    re.IGNORECASE,
)

_REFUSED = (
    r"(?:No space left|Read-only file system|Permission denied|Disk quota exceeded"
    r"|File too large|Input/output error)"
)
_CACHE = re.compile(
    rf'Failed to initialize cache at `([^`]+)`|{_REFUSED}[^"\n]{{0,40}} at path "([^"\n]*/uv-v\d+)/'
)
_IN_CACHE = re.compile(rf"(/uv-v\d+)/[^`\n]*`?: {_REFUSED}")
_TEMPORARY = re.compile(
    r"failed to write to file `[^`]*/\.manylayers\.[0-9a-f]+\.part/[^`]*`: (.+)"
)
_KIND = re.compile(r"(?:Missing|Unsupported) `Content-Type`(?: header)?(?: \"([^\"]*)\")? for `")
_PAGE = re.compile(
    rf"Received some unexpected (?:JSON|HTML) from `([^`]+)`|{_KIND.pattern}([^`]+)`"
)

_SUBJECTS = (
    re.compile(r"Failed to (?:download|read|build|prepare)[^`\n]*`([^`=@ ]+)(?:==| @ )([^`]+)`"),
    re.compile(r"(?<![\w.-])([\w.-]++)==(\S+) has an invalid package format"),
)


LONGEST_REASON = 300
"""Characters; the rest is the name of a member that somebody made long."""


def subject(text: str) -> tuple[str, str]:
    """The package, and the version or the link, that uv could not read; ``""`` twice for none."""
    found = next((match for pattern in _SUBJECTS if (match := pattern.search(text))), None)
    return (found[1], found[2]) if found else ("", "")


def _reason(text: str) -> str:
    """What lies deepest under uv's headline, or the headline where it is all there is."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if "has an invalid package format" in text:
        reason = lines[-1]
    else:
        causes = [line.removeprefix("cause: ") for line in lines if line.startswith("cause: ")]
        reason = causes[-1] if causes else lines[0].removeprefix("error: ")
    return reason[:LONGEST_REASON]


def _explanation(text: str) -> str:
    """uv's reasoning without its own headline, and without hints at its own options."""
    start = text.find("cause: ")
    reasoning = text[start + len("cause: ") :] if start >= 0 else text
    return _HINTS.split(reasoning, maxsplit=1)[0].rstrip()


_HINTS = re.compile(r"^\s*hint: ", re.MULTILINE)
