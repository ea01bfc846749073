"""The story of an explanation: make the text plain, know the error, look into the layers."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from manylayers.checks.aiming import NO_SIGNS, WayOut, by_glibc, options_of, way_for, way_out
from manylayers.checks.clues import Clues, gathered
from manylayers.checks.explaining import Looked, filled
from manylayers.checks.finding import Finding
from manylayers.checks.own_code import next_steps, own_code
from manylayers.checks.recognising import Recognised, recognise_any
from manylayers.errors import UsageError
from manylayers.facts.explanations import KnownError, Step, explanations
from manylayers.formats.log_text import excerpt, plain, readings
from manylayers.options import ExplainOptions
from manylayers.report.explain import CapturedReport, ExplainReport, Remedy

if TYPE_CHECKING:  # most texts are explained without a layer, and all checks take time to import
    from manylayers.stories.look import Named
    from manylayers.stories.needs import Layers


def explain(options: ExplainOptions, layers: Layers) -> ExplainReport:
    """What ``options.text`` means, and what is so in ``options.layers``.

    Raises UsageError for an empty text, and as the door does for what is no layer.
    """
    text = excerpt(options.text, explanations().signs)
    line = plain(text)
    if not line.strip("' "):
        raise UsageError(
            "there is no text to explain",
            hint="quote the error, or pipe the log: "
            """manylayers explain "Unable to import module 'app': No module named 'numpy'\"""",
        )
    found = recognise_any(readings(text))
    return _unknown(line, options, layers) if found is None else _known(found, options, layers)


def _known(found: Recognised, options: ExplainOptions, layers: Layers) -> ExplainReport:
    named = _named(options, layers)
    signs = named.signs if named else NO_SIGNS
    way = way_out(found, options.python, options.architecture, signs)
    looked = _looked(named, way, found.clues, found.error)
    if looked.verdict == "asks":  # a layer built for what this one is for would be the same
        way = way._replace(python=way_out(found, options.python, options.architecture).python)
    cause, steps = filled(found, way, looked)
    has, lacks = by_glibc(found)
    return ExplainReport(
        schema="manylayers.explain/1",
        id=found.error.id,
        cause=cause,
        captured=CapturedReport(*found.clues),
        has_it=has,
        lacks_it=lacks,
        seen=tuple(one.sentence for one in looked.seen),
        findings=looked.findings,
        remedies=tuple(_remedies(steps, options)),
        codes=found.error.codes,
        source=found.error.source,
        assumed=_assumed(way, (*steps, *looked.findings[:1])),
    )


def _unknown(line: str, options: ExplainOptions, layers: Layers) -> ExplainReport:
    """No row fits. A wrong explanation would be worse than none."""
    own, clues = own_code(line), gathered(line, {})
    named = _named(options, layers)
    signs = named.signs if named else NO_SIGNS
    way = way_for(clues, options.python, options.architecture, signs)
    looked = _looked(named, way, clues, None)
    target = options_of(way) if named else ""
    return ExplainReport(
        schema="manylayers.explain/1",
        id="unknown",
        cause=f"this text is not known{own and f'; {own}'}",
        captured=CapturedReport(*clues),
        has_it=(),
        lacks_it=(),
        seen=tuple(one.sentence for one in looked.seen),
        findings=looked.findings,
        remedies=tuple(_remedies(next_steps(own, target), options)),
        codes=(),
        source=None,
        assumed=None,
    )


def _assumed(way: WayOut, told: Iterable[Step | Finding]) -> str | None:
    """What commands name although the text does not tell it."""
    commands = (one.run if isinstance(one, Step) else one.remedy for one in told)
    named = any(f"--python {way.python}" in command for command in commands)
    return f"--python {way.python}" if way.assumed and named else None


def _named(options: ExplainOptions, layers: Layers) -> Named | None:
    if not options.layers and not options.function:
        return None
    from manylayers.stories.look import read

    return read(options, layers)


def _looked(named: Named | None, way: WayOut, clues: Clues, error: KnownError | None) -> Looked:
    if named is None:
        return Looked()
    from manylayers.stories.look import look

    return look(named, way, clues, error)


def _remedies(steps: Iterable[Step], options: ExplainOptions) -> Iterator[Remedy]:
    """Steps as they are told; a check is of all layers that were named, the rest of the first."""
    for step in steps:
        yield Remedy(step.do, _with_names(step.run, options) or None)


def _with_names(command: str, options: ExplainOptions) -> str:
    """``command`` with the layers and the function that were named in place of any.

    Where only one of the two was named, the other's place goes.
    """
    named = [shlex.quote(str(path)) for path in options.layers]
    function = shlex.quote(str(options.function)) if options.function else ""
    if named and not function and " layer.zip" in command:
        command = command.replace(" --function function.zip", "", 1)
    if function and not named and " check " in command:
        command = command.replace(" layer.zip", "", 1)
    if named:
        said = " ".join(named if " check " in command else named[:1])
        command = command.replace(" layer.zip", f" {said}", 1)
        if command.startswith("manylayers build "):  # else it may write over the layer named
            command = f"{command} -o NEW.zip"
    if function and " --function " in command:
        return command.replace(" function.zip", f" {function}", 1)
    if function and " check " in command:
        return f"{command} --function {function}"
    return command
