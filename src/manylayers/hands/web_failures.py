"""What went wrong between us and a server, in one sentence with host, file and a way out."""

from __future__ import annotations

from manylayers.errors import NetworkError
from manylayers.hands.urls import asked_for, host_of

UNREACHED = "check the network, the proxy (https_proxy) and the certificates (SSL_CERT_FILE)"
UNTRUSTED = "SSL_CERT_FILE names the certificates to trust, https_proxy the proxy"
_SOCKS = "a SOCKS proxy needs one more package: python -m pip install pysocks"
_TRY_LATER = "try again later; the index has a fault of its own"
_STATUS_HINTS = {
    401: "give credentials in the index URL, in netrc or UV_INDEX_NAME_USERNAME and _PASSWORD",
    403: "these credentials may not read it; ask who runs the index",
    404: "it is not there (any more); look for another version or lock anew",
    407: "the proxy wants credentials: put USER:PASSWORD@ before its host in https_proxy",
    410: "it is not there any more; look for another version or lock anew",
    429: "it has been asked too often; try again later",
}


def refused(url: str, status: int, *, by: str = "") -> NetworkError:
    """The error for an answer that is no success; ``by`` is the URL that redirects led to."""
    return NetworkError(
        f"{host_of(by or url)} answered {status} for {asked_for(url)}",
        hint=_STATUS_HINTS.get(status, _TRY_LATER),
    )


def not_let_in(url: str, error: Exception) -> NetworkError:
    """A certificate that is not trusted, or a proxy that refuses: asking again would not help."""
    reason = deepest(error)
    if "407" in reason:
        return NetworkError(
            f"the proxy did not let us through to {host_of(url)}: {reason}",
            hint="it wants credentials: put USER:PASSWORD@ before its host in https_proxy",
        )
    return NetworkError(
        f"{host_of(url)} is not trusted or not reached through the proxy: {reason}", hint=UNTRUSTED
    )


def unreachable(url: str, reason: str) -> NetworkError:
    """No answer at all, or none that can be followed."""
    return NetworkError(
        f"{host_of(url)} can not be reached for {asked_for(url)}: {reason}",
        hint=_SOCKS if "SOCKS" in reason else UNREACHED,
    )


def misled(url: str, reason: str) -> NetworkError:
    """A redirect that is not followed."""
    return NetworkError(
        f"{host_of(url)} redirects {asked_for(url)} {reason}",
        hint="check the URL in a browser; a log-in page or a wrong mirror may stand in between",
    )


def deepest(error: BaseException) -> str:
    """What lies under the layers of other people's exceptions, without addresses of objects."""
    seen = [error]
    while (inner := _inner(error)) and inner not in seen:
        seen.append(inner)
        error = inner
    told = getattr(error, "verify_message", "") or getattr(error, "strerror", "") or str(error)
    return str(told).strip().rstrip(".") or type(error).__name__


def _inner(error: BaseException) -> BaseException | None:
    candidates = (getattr(error, "reason", None), *error.args, error.__cause__)
    return next((one for one in candidates if isinstance(one, BaseException)), None)
