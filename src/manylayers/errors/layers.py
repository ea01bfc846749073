"""Layers that would not do, or that can not be read or repaired."""

from __future__ import annotations

from manylayers.errors import InputError, LayerError, UsageError


class RefusedLayerError(LayerError):
    """A check refuses the layer; ``findings`` (of `checks`) say why."""

    def __init__(
        self,
        message: str,
        *,
        hint: str,
        details: tuple[str, ...] = (),
        findings: tuple[object, ...],
    ) -> None:
        super().__init__(message, hint=hint, details=details)
        self.findings = findings


class LayerTooLargeError(RefusedLayerError):
    """The layer is over Lambda's limit, and by how much."""

    code = "too-big"


class UnfitLayerError(RefusedLayerError):
    """The layer would not do what it is for; all findings are errors."""

    code = "unfit"


class EmptyLayerError(UsageError):
    """Nothing is left to put into the layer."""

    code = "empty"


class OverlapError(LayerError):
    """Two packages bring one path with different bytes. ``pairs`` maps the two to the paths."""

    code = "overlap"

    def __init__(self, *, pairs: dict[tuple[str, str], tuple[str, ...]]) -> None:
        first, second = next(iter(pairs))
        names = f"two wheels of {first}" if first == second else f"{first} and {second}"
        way_out = "build each --python on its own" if first == second else "leave one of them out"
        super().__init__(
            f"{names} bring the same path with different content",
            hint=f"a layer holds one file a path: {way_out}, or make two layers",
            details=tuple(
                f"{one} and {other}: {', '.join(paths[:3])}"
                + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
                for (one, other), paths in pairs.items()
            ),
        )
        self.pairs = pairs


class UnsafeLayerError(InputError):
    """A layer's zip or folder that is crafted, broken, or of no kind that could be read."""

    code = "unsafe-layer"

    def __init__(
        self, label: str, reason: str, hint: str = "make it anew, or tell who made it"
    ) -> None:
        super().__init__(f"{label} is refused: {reason}", hint=hint)
        self.label = label
        self.reason = reason


class UnrepairableError(LayerError):
    """There is more than one way to make a layer right, or none. Nothing was written."""

    code = "unrepairable"

    def __init__(self, label: str, reason: str) -> None:
        super().__init__(
            f"{label} can not be repaired without guessing: {reason}",
            hint="correct that where the layer is made",
        )
