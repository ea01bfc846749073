"""Whether a text that no row explains is the failure of the function's own code, and where."""

from __future__ import annotations

import builtins
import re

from manylayers.facts.explanations import Step

TASK = "/var/task/"
OWN_CODE = Step("look there first: the code explains it, not the layer", "")
MORE_TEXT = Step("give the whole text, from the first line that says ERROR or Traceback", "")
THE_LAYER = Step(
    "see whether the layer is right", "manylayers check layer.zip --function function.zip"
)


def own_code(line: str) -> str:
    """A clause that names error and place, empty for a text that looks like nothing of the kind."""
    frames = re.findall(r"File '(/[^']{1,300})', line (\d{1,7})", line)
    names = re.findall(r"\b[A-Z]\w{2,40}(?:Error|Exception|Exit|Interrupt)\b", line)
    known = [name for name in names if hasattr(builtins, name)]
    what = known[0] if known else "an error"
    if frames and frames[-1][0].startswith(TASK):
        path, number = frames[-1]
        place = f"{path.removeprefix(TASK)}, line {number}"
        return f"{what} in {place}, looks like the function's own code"
    return f"{what} looks like the function's own code" if known and not frames else ""


def next_steps(own: str, target: str) -> tuple[Step, ...]:
    """What to do with a text that is not known; ``own`` is what `own_code` says of it.

    ``target`` are options that name the layers' target, or nothing.
    """
    layer = THE_LAYER._replace(run=f"{THE_LAYER.run} {target}".strip())
    return (OWN_CODE if own else MORE_TEXT, layer)
