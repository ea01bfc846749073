"""How `requests` opens connections for us: all with one TLS context."""

from __future__ import annotations

import ssl
from typing import Any

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3.util.ssl_ import create_urllib3_context

POOL = 16


class SharedTlsAdapter(HTTPAdapter):
    """Reads the certificates once, where `requests` has every new connection read them again.

    That takes some 17 ms each, more than a small wheel. ``authorities`` is a file or a folder of
    certificates. Raises OSError, of which SSLError is one, when they can't be read.
    """

    def __init__(self, authorities: str) -> None:
        self._tls = _trusting(authorities)
        super().__init__(pool_connections=POOL, pool_maxsize=POOL)

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        """The host as `requests` finds it, with our context instead of its certificate paths."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {"ssl_context": self._tls, "cert_reqs": "CERT_REQUIRED"}

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """A proxy that itself speaks TLS is held to the same certificates."""
        if proxy.lower().startswith("https"):
            proxy_kwargs["proxy_ssl_context"] = self._tls
        return super().proxy_manager_for(proxy, **proxy_kwargs)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing is left to set: the context verifies certificate and host name."""


def _trusting(authorities: str) -> ssl.SSLContext:
    from pathlib import Path

    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    folder = Path(authorities).is_dir()
    context.load_verify_locations(
        cafile=None if folder else authorities, capath=authorities if folder else None
    )
    return context
