"""Signals that ask the program to end: it does in a second or so, and leaves nothing half done."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import NoReturn

from manylayers.hands.disk import abandon
from manylayers.hands.interruption import disturb, interrupt

SIGNALLED = 128
"""Shells add the signal's number to it for the exit status: 130 is Ctrl-C, 143 SIGTERM."""
INTERRUPTED = SIGNALLED + 2
PATIENCE = 0.4
"""Seconds that threads have to end by themselves before the process goes without them."""

_status = [INTERRUPTED]


def listen() -> None:
    """Heed SIGINT, SIGTERM and SIGHUP, unless ``nohup`` or the like has it ignored.

    Python runs a handler in the main thread, once that comes back to Python code: not while it
    asks a name server, or hashes. So a thread is told as well, by the signal itself.
    """
    import signal

    if threading.current_thread() is not threading.main_thread():
        return
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    numbers = [getattr(signal, name) for name in names]

    def ended(number: int, _frame: object) -> None:
        for one in numbers:  # who presses twice must not disturb the clearing up
            signal.signal(one, lambda *_: None)  # SIG_IGN would have one complain that came before
        sys.unraisablehook = lambda _: None  # in a finalizer it would be told and forgotten
        _status[0] = SIGNALLED + number
        interrupt()
        disturb()

    heard, told = os.pipe()
    if os.name == "posix":
        os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    threading.Thread(target=_see_to_it, args=(heard,), daemon=True).start()
    for number in numbers:
        if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, ended)


def cleared_up() -> int:
    """The exit status after an interrupt, once nothing half done is left."""
    abandon()
    return _status[0]


def _see_to_it(heard: int) -> NoReturn:
    """End soon after a signal, whatever the main thread and the others wait for."""
    number = os.read(heard, 1)[0]
    time.sleep(PATIENCE)
    _status[0] = SIGNALLED + number
    interrupt()
    os._exit(cleared_up())
