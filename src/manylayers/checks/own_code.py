"""Whether a text that no row explains is the failure of the function's own code, and where."""

from __future__ import annotations

import builtins
import re

TASK = "/var/task/"


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
