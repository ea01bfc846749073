"""What one function finds on Lambda: its layers merged, its own files, its runtime."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from manylayers.layer.carried import Carried
from manylayers.target import Target


class Scene(NamedTuple):
    """``layers`` in the order Lambda merges them into ``/opt``: of one path the last one stays.

    ``function`` lies in ``/var/task``, which is searched before ``/opt``. ``wrapper`` says that the
    function is started by a script that sets ``PYTHONPATH`` itself. ``planned`` says that the layer
    is about to be built, so that nobody knows which other layers its functions will have; then
    ``asked`` tells where packages were asked for, by their normalized names.
    """

    target: Target
    layers: tuple[Carried, ...]
    function: Carried | None = None
    wrapper: bool = False
    planned: bool = False
    asked: Mapping[str, str] = MappingProxyType({})
