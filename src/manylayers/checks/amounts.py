"""What layers and function weigh and how many they are, beside the limit that a text is about."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from manylayers.checks.scene import Scene
from manylayers.checks.seen import Seen
from manylayers.checks.wording import carriers, count
from manylayers.facts.tables import limits


def amounts(codes: Collection[str], left: str | None, scene: Scene) -> Iterator[Seen]:
    """``left`` is the number of a text that says how many bytes the others leave free."""
    if "S301" in codes:
        yield _unzipped(left, scene)
    if "S302" in codes:
        yield from _packed(scene)
    if "S303" in codes:
        most = limits().layers
        told = f"{count(len(scene.layers), 'layer')} here, and a function takes {most}"
        yield Seen(told, "wrong" if len(scene.layers) > most else "aside")


def _unzipped(left: str | None, scene: Scene) -> Seen:
    every = carriers(scene)
    total = sum(one.size for one in every)
    most = int(left) if left and left.isdecimal() else limits().unzipped_total
    labels = " and ".join(one.label for one in every)
    verb = "is" if len(every) == 1 else "are"
    side = f"{most - total:,} under" if total <= most else f"{total - most:,} over"
    limit = "what is left" if left else "the limit"
    return Seen(
        f"{labels} {verb} {total:,} bytes unzipped, {side} {limit} of {most:,}",
        "wrong" if total > most else "right",
    )


def _packed(scene: Scene) -> Iterator[Seen]:
    most = limits().direct_upload
    for one in carriers(scene):
        if one.packed is not None:
            over = one.packed > most
            way = "has to go through S3" if over else "can be sent in the request"
            yield Seen(
                f"{one.label} is a zip of {one.packed:,} bytes, which {way}",
                "wrong" if over else "aside",
            )
