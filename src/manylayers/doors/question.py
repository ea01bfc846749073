"""One question to the resolver as uv's public command line, files and environment have it.

Made by pure functions, tested as values. URLs, which may hold credentials, travel in the
environment, where other users of the host can't see them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from manylayers.options import IndexSettings

# Of uv's own variables only these reach it: where the index is and how to get in. The rest could
# change the answer (UV_RESOLUTION, UV_PYTHON, UV_OVERRIDE …) behind a reproducible build's back.
PASSED_ON = (
    "UV_KEYRING_PROVIDER",
    "UV_HTTP_TIMEOUT",
    "UV_HTTP_RETRIES",
    "UV_INSECURE_HOST",
    "UV_NATIVE_TLS",
    "UV_SYSTEM_CERTS",
    "UV_CONCURRENT_DOWNLOADS",
    "UV_INDEX_STRATEGY",
)


class Question(NamedTuple):
    """What uv is asked: requirement lines, for one Python and one platform uv knows.

    ``preferences`` are pins to keep where they still fit. ``excluded`` are names to resolve
    without, as if nobody needed them.
    """

    requirements: tuple[str, ...]
    constraints: tuple[str, ...]
    python_full: str
    platform: str
    excluded: tuple[str, ...] = ()
    preferences: tuple[tuple[str, str], ...] = ()


def uv_arguments(question: Question, settings: IndexSettings, cache_folder: Path) -> list[str]:
    """The arguments for ``question``, run in the folder that holds ``question_files``."""
    arguments = ["pip", "compile", "requirements.in", "--output-file", "pylock.toml"]
    arguments += ["--format", "pylock.toml", "--only-binary", ":all:", "--no-config"]
    arguments += ["--no-sources", "--no-header", "--no-progress", "--color", "never"]
    arguments += ["--python", sys.executable, "--no-python-downloads"]
    arguments += ["--python-version", question.python_full, "--python-platform", question.platform]
    if question.constraints:
        arguments += ["--constraints", "constraints.txt"]
    if question.excluded:
        arguments += ["--excludes", "excludes.txt"]
    arguments += ["--cache-dir", str(cache_folder)]
    if settings.offline:
        arguments.append("--offline")
    if settings.no_index:
        arguments.append("--no-index")
    if settings.pre:
        arguments += ["--prerelease", "allow"]
    if settings.exclude_newer is not None:
        arguments += ["--exclude-newer", settings.exclude_newer.isoformat()]  # RFC 3339
    return arguments


def _link(place: str) -> str:
    """A folder or URL of ``find_links`` as uv takes it between commas."""
    if "," not in place:
        return place
    return place.replace(",", "%2C") if "://" in place else Path(place).as_uri()


def question_files(question: Question) -> dict[str, str]:
    """The files uv reads, by name."""
    files = {
        "requirements.in": _lines(question.requirements),
        "constraints.txt": _lines(question.constraints),
        "excludes.txt": _lines(question.excluded),
    }
    if question.preferences:
        files["pylock.toml"] = _preferences(question.preferences)
    return files


def uv_environment(settings: IndexSettings, environment: Mapping[str, str]) -> dict[str, str]:
    """What uv sees: the user's environment, its own variables reduced to those that are safe.

    Without ``COLUMNS``, by which uv would break the lines that `doors.uv_failures` reads.
    """
    kept = {
        key: value
        for key, value in environment.items()
        if not key.startswith("UV_") or key in PASSED_ON
    }
    for name in ("VIRTUAL_ENV", "COLUMNS"):
        kept.pop(name, None)
    if settings.default_url:
        kept["UV_DEFAULT_INDEX"] = settings.default_url
    if settings.extra_urls:
        kept["UV_INDEX"] = " ".join(settings.extra_urls)
    if settings.find_links:
        kept["UV_FIND_LINKS"] = ",".join(map(_link, settings.find_links))
    if settings.keyring:
        kept["UV_KEYRING_PROVIDER"] = settings.keyring
    return kept


def _lines(texts: tuple[str, ...]) -> str:
    return "".join(f"{text}\n" for text in texts)


def _preferences(pins: tuple[tuple[str, str], ...]) -> str:
    entries = (f'[[packages]]\nname = "{name}"\nversion = "{version}"\n' for name, version in pins)
    return 'lock-version = "1.0"\ncreated-by = "manylayers"\n\n' + "\n".join(entries)
