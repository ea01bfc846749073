"""The story of an explanation: make the text plain, know the error, fill in the way out."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable

from manylayers.checks.clues import gathered
from manylayers.checks.explaining import Recognised, filled, recognise, way_out, with_glibc
from manylayers.errors import UsageError
from manylayers.facts.explanations import Step, explanations
from manylayers.formats.log_text import excerpt, plain, readings
from manylayers.options import ExplainOptions
from manylayers.report.explain import CapturedReport, ExplainReport, Remedy

OWN_CODE = (
    Step("look there first; it is explained by the code, not by the layer", ""),
    Step("see whether the layer is right", "manylayers check layer.zip --function function.zip"),
)
NOTHING = (
    Step("give the whole text, from the first line that says ERROR or Traceback", ""),
    Step("see whether the layer is right", "manylayers check layer.zip --function function.zip"),
)


def explain(options: ExplainOptions) -> ExplainReport:
    """What ``options.text`` means. Raises UsageError for a text with nothing in it."""
    text = excerpt(options.text, explanations().signs)
    line = plain(text)
    if not line.strip("' "):
        raise UsageError(
            "there is no text to explain",
            hint='quote the error, or pipe the log: manylayers explain "Unable to import module …"',
        )
    found = next(filter(None, map(recognise, readings(text))), None)
    return _unknown(line) if found is None else _known(found, options)


def _known(found: Recognised, options: ExplainOptions) -> ExplainReport:
    way = way_out(found, options.python, options.architecture)
    cause, steps = filled(found, way)
    needed = found.clues.version if found.error.id == "glibc-too-old" else None
    has, lacks = with_glibc(needed)
    return ExplainReport(
        schema="manylayers.explain/1",
        id=found.error.id,
        cause=cause,
        captured=CapturedReport(*found.clues),
        has_it=has,
        lacks_it=lacks,
        remedies=_remedies(steps),
        codes=found.error.codes,
        source=found.error.source,
        assumed=f"--python {way.python}" if way.assumed and _named(steps, way.python) else None,
    )


def _unknown(line: str) -> ExplainReport:
    """No row fits. A wrong explanation would be worse than none."""
    own = _own_code(line)
    return ExplainReport(
        schema="manylayers.explain/1",
        id="unknown",
        cause=f"this text is not known{own and f'; {own}'}",
        captured=CapturedReport(*gathered(line, {})),
        has_it=(),
        lacks_it=(),
        remedies=_remedies(OWN_CODE if own else NOTHING),
        codes=(),
        source=None,
        assumed=None,
    )


def _own_code(line: str) -> str:
    """Where the function's own code failed, if that is what it looks like."""
    frames = re.findall(r"File '(/[^']{1,300})', line (\d{1,7})", line)
    names = [
        name for name in re.findall(r"\b[A-Z]\w{2,40}Error\b", line) if hasattr(builtins, name)
    ]
    what = names[0] if names else "an error"
    if frames and frames[-1][0].startswith("/var/task/"):
        path, number = frames[-1]
        place = f"{path.removeprefix('/var/task/')}, line {number}"
        return f"{what} in {place}, looks like the function's own code"
    return f"{what} looks like the function's own code" if names and not frames else ""


def _named(steps: Iterable[Step], python: str) -> bool:
    return any(f"--python {python}" in step.run for step in steps)


def _remedies(steps: Iterable[Step]) -> tuple[Remedy, ...]:
    return tuple(Remedy(step.do, step.run or None) for step in steps)
