"""Several builds or locks in one call: each on its own, failures gathered, nothing stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from manylayers.checks.finding import Finding
from manylayers.errors import ManylayersError
from manylayers.errors.layers import RefusedLayerError
from manylayers.report.several import ErrorReport

PARALLEL_BUILDS = 4
"""Builds wait for the resolver and the disk; more of them only wait for each other."""

Asked = TypeVar("Asked")
Told = TypeVar("Told")


def each(
    asked: Sequence[Asked], tell: Callable[[Asked], Told], subject: Callable[[Asked], str]
) -> tuple[tuple[Told, ...], tuple[ErrorReport, ...]]:
    """``tell`` of everything in ``asked``, in order, and the failures with their subjects."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=PARALLEL_BUILDS) as pool:
        futures = [pool.submit(_try, tell, one) for one in asked]
        try:
            results = [future.result() for future in futures]
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    told = tuple(result[0] for result in results if result[1] is None)
    failed = tuple(
        error_report(result[1], subject(one))
        for one, result in zip(asked, results, strict=True)
        if result[1] is not None
    )
    return told, failed  # type: ignore[return-value]


def _try(tell: Callable[[Asked], Told], one: Asked) -> tuple[Told | None, ManylayersError | None]:
    try:
        return tell(one), None
    except ManylayersError as error:
        return None, error


def error_report(error: ManylayersError, subject: str = "") -> ErrorReport:
    """``error`` as a value."""
    findings = error.findings if isinstance(error, RefusedLayerError) else ()
    return ErrorReport(
        schema="manylayers.error/1",
        code=error.code,
        message=error.message,
        hint=error.hint,
        details=error.details,
        exit_status=error.exit_status,
        subject=subject,
        findings=tuple(finding for finding in findings if isinstance(finding, Finding)),
    )
