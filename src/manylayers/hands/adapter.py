"""How `requests` opens connections for us: one TLS context, and answers that begin in time."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from typing import Any

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

POOL = 16
LONGEST_HEAD = 20.0
"""Seconds until an answer's headers are there: a timeout between bytes lets them drip for ever."""


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

    def init_poolmanager(self, *words: Any, **settings: Any) -> None:
        """The pools' connections heed ``LONGEST_HEAD``."""
        super().init_poolmanager(*words, **settings)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """A proxy that itself speaks TLS is held to the same certificates."""
        if proxy.lower().startswith("https"):
            proxy_kwargs["proxy_ssl_context"] = self._tls
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}
        return manager

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing is left to set: the context verifies certificate and host name."""


DRIPS = "the headers drip"


class _Prompt:
    """What a connection adds: who sends headers too slowly is hung up on."""

    sock: socket.socket | None

    def getresponse(self) -> Any:
        late = threading.Event()
        timer = threading.Timer(LONGEST_HEAD, self._hang_up, (late,))
        timer.daemon = True
        timer.start()
        try:
            response = super().getresponse()  # type: ignore[misc]
        except OSError:
            if late.is_set():
                raise TimeoutError(DRIPS) from None
            raise
        finally:
            timer.cancel()
        if late.is_set():  # cut off headers look like whole ones to http.client
            response.close()
            raise TimeoutError(DRIPS)
        return response

    def _hang_up(self, late: threading.Event) -> None:
        late.set()
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]


class _PlainConnection(_Prompt, HTTPConnection): ...


class _TlsConnection(_Prompt, HTTPSConnection): ...


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


def _trusting(authorities: str) -> ssl.SSLContext:
    from pathlib import Path

    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    folder = Path(authorities).is_dir()
    context.load_verify_locations(
        cafile=None if folder else authorities, capath=authorities if folder else None
    )
    return context
