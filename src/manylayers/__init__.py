"""Many linux wheels in, many AWS Lambda layers out.

    import manylayers

    report = manylayers.build(["requests"], python="3.12", output="layer.zip")
    print(report.output.sha256, report.unzipped)

Nothing here prints or exits. What goes wrong is a ManylayersError with a message, a hint and
details.
"""

TYPE_CHECKING = False
"""Type checkers take it for true. Here nothing is imported: Ctrl-C before our code is Python's."""

if TYPE_CHECKING:
    from manylayers.api.cache import cache_clean, cache_dir, cache_prune, cache_size, cache_verify
    from manylayers.api.layers import check, diff, explain, fix, report_on
    from manylayers.api.looking_up import list_runtimes, wheels
    from manylayers.api.making import build, lock
    from manylayers.checks.finding import Finding
    from manylayers.errors import ManylayersError
    from manylayers.options import IndexSettings
    from manylayers.report.build import BuildReport
    from manylayers.report.cache import (
        CacheCleanReport,
        CacheFolderReport,
        CachePruneReport,
        CacheSizeReport,
        CacheVerifyReport,
    )
    from manylayers.report.check import CheckReport
    from manylayers.report.diff import DiffReport
    from manylayers.report.explain import ExplainReport
    from manylayers.report.fix import FixReport
    from manylayers.report.layer import LayerReport
    from manylayers.report.lock import LockReport
    from manylayers.report.runtimes import RuntimesReport
    from manylayers.report.wheels import WheelsReport
    from manylayers.target import Target, find_target

__all__ = [
    "BuildReport",
    "CacheCleanReport",
    "CacheFolderReport",
    "CachePruneReport",
    "CacheSizeReport",
    "CacheVerifyReport",
    "CheckReport",
    "DiffReport",
    "ExplainReport",
    "Finding",
    "FixReport",
    "IndexSettings",
    "LayerReport",
    "LockReport",
    "ManylayersError",
    "RuntimesReport",
    "Target",
    "WheelsReport",
    "build",
    "cache_clean",
    "cache_dir",
    "cache_prune",
    "cache_size",
    "cache_verify",
    "check",
    "diff",
    "explain",
    "find_target",
    "fix",
    "list_runtimes",
    "lock",
    "report_on",
    "wheels",
]

_HOMES = {
    "BuildReport": "report.build",
    "CheckReport": "report.check",
    "ExplainReport": "report.explain",
    "DiffReport": "report.diff",
    "CacheCleanReport": "report.cache",
    "CacheFolderReport": "report.cache",
    "CachePruneReport": "report.cache",
    "CacheSizeReport": "report.cache",
    "CacheVerifyReport": "report.cache",
    "FixReport": "report.fix",
    "Finding": "checks.finding",
    "IndexSettings": "options",
    "LayerReport": "report.layer",
    "LockReport": "report.lock",
    "ManylayersError": "errors",
    "RuntimesReport": "report.runtimes",
    "Target": "target",
    "WheelsReport": "report.wheels",
    "build": "api.making",
    "cache_clean": "api.cache",
    "cache_dir": "api.cache",
    "cache_prune": "api.cache",
    "cache_size": "api.cache",
    "cache_verify": "api.cache",
    "check": "api.layers",
    "diff": "api.layers",
    "explain": "api.layers",
    "find_target": "target",
    "fix": "api.layers",
    "list_runtimes": "api.looking_up",
    "lock": "api.making",
    "report_on": "api.layers",
    "wheels": "api.looking_up",
}


def __getattr__(name: str) -> object:
    """Each public name from its module when it is first used (PEP 562): a command needs few."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
