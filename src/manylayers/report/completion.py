"""The script that lets a shell complete the command line."""

from typing import Literal, NamedTuple


class CompletionReport(NamedTuple):
    """``script`` is what ``shell`` has to read."""

    schema: Literal["manylayers.completion/1"]
    shell: str
    script: str
