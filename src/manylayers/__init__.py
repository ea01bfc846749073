"""Many linux wheels in, many AWS Lambda layers out.

    import manylayers

    report = manylayers.build(["requests"], python="3.12", output="layer.zip")
    print(report.output.sha256, report.unzipped)

Nothing here prints or exits. What goes wrong is a ManylayersError with a message, a hint and
details.
"""

from manylayers.api import build, list_runtimes, lock, wheels
from manylayers.checks.finding import Finding
from manylayers.errors import ManylayersError
from manylayers.report import BuildReport, LockReport, RuntimesReport, WheelsReport
from manylayers.target import Target, find_target

__all__ = [
    "BuildReport",
    "Finding",
    "LockReport",
    "ManylayersError",
    "RuntimesReport",
    "Target",
    "WheelsReport",
    "build",
    "find_target",
    "list_runtimes",
    "lock",
    "wheels",
]
