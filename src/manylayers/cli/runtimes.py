"""``manylayers runtimes``."""

from __future__ import annotations

from manylayers.cli import options


@options.command("\b\nExample:\n  manylayers runtimes --json\n")
@options.talk
def runtimes(*, talk: options.Talk) -> int:
    """List the Lambda runtimes that layers can be built for."""
    from manylayers.api.looking_up import list_runtimes
    from manylayers.render.text import runtimes_text

    talk.tell(list_runtimes(), runtimes_text)
    return 0
