"""The entry point: one command and gone."""

from __future__ import annotations

import gc
import os
import sys

INTERRUPTED = 130


def run() -> None:
    """The console script.

    What Python would look through while it imports and builds, and free piece by piece at the
    end, lives as long as the process: leaving that to the system saves a sixth of a warm build.
    """
    gc.disable()
    status = INTERRUPTED
    try:
        import signal
        from contextlib import suppress

        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))  # till there is more to end
        from manylayers.cli.program import main

        status = main()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):  # a reader that is gone already
                stream.flush()
    except KeyboardInterrupt:  # before that, or when all was done
        pass
    os._exit(status)


if __name__ == "__main__":
    run()
