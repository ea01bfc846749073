"""What one function finds on Lambda: its layers merged, its own files, its runtime."""

from typing import NamedTuple

from manylayers.layer.carried import Carried
from manylayers.target import Target


class Scene(NamedTuple):
    """``layers`` in the order Lambda merges them into ``/opt``: of one path the last one stays.

    ``function`` lies in ``/var/task``, which is searched before ``/opt``. ``wrapper`` says that the
    function is started by a script that sets ``PYTHONPATH`` itself.
    """

    target: Target
    layers: tuple[Carried, ...]
    function: Carried | None = None
    wrapper: bool = False
