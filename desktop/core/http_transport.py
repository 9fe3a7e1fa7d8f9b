"""The real network: requests over pinned TLS, or plain HTTP to this computer, with progress and cancel."""

import ssl
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from desktop.core.api_errors import ApiError, certificate_changed, certificate_not_valid_now, no_network, unexpected
from desktop.core.certificates import OfficeCertificate, check_address, pinned_context
from desktop.core.transport import Cancel, Progress, Reply, Request

if TYPE_CHECKING:
    import requests

_PIECE = 64 * 1024
_LARGE_PIECE = 1024 * 1024

_WITHOUT_BODY = frozenset({204, 304})


class HttpTransport:
    """Carries requests to the server at `url`. `office` is what its TLS certificate must come from.

    The first use imports the HTTP library, which takes a moment: use it in a worker.
    """

    def __init__(self, url: str, office: OfficeCertificate | None = None) -> None:
        self.url = check_address(url)
        if self.url.startswith("https:") and office is None:
            raise certificate_changed("no office certificate is pinned for this server")
        self._office = office
        self._connection: requests.Session | None = None

    def _connected(self) -> "requests.Session":
        if self._connection is None:
            import requests

            connection = requests.Session()
            # Proxies and certificate files from the environment would undo the pin.
            connection.trust_env = False
            connection.headers["Accept-Encoding"] = "gzip, deflate"
            if self._office is not None:
                connection.mount("https://", _pinned_adapter(pinned_context(self._office)))
            self._connection = connection
        return self._connection

    def send(self, request: Request) -> Reply:
        """Send a request and return the whole reply; ApiError when there is none."""
        connection = self._connected()
        import requests

        try:
            with connection.request(
                request.method,
                self.url + request.path,
                data=_counted(request),
                headers=dict(request.headers),
                timeout=(min(request.timeout, 10.0), request.timeout),
                stream=True,
                allow_redirects=False,
            ) as reply:
                headers = {name.lower(): value for name, value in reply.headers.items()}
                if _is_cut(reply.status_code, headers):
                    raise no_network("the reply ended within its headers")
                take = None if request.taker is None else request.taker(reply.status_code, headers)
                if take is None:
                    return Reply(reply.status_code, headers, b"".join(_pieces(reply, headers, request, _PIECE)))
                for piece in _pieces(reply, headers, request, _LARGE_PIECE):
                    take(piece)
                return Reply(reply.status_code, headers, b"")
        except requests.exceptions.SSLError as problem:
            raise _tls_failure(problem) from problem
        except requests.exceptions.RequestException as problem:
            raise no_network(problem) from problem

    def close(self) -> None:
        """Close the connections that are kept open."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _is_cut(status: int, headers: dict[str, str]) -> bool:
    # The library takes a connection that ends among the headers for their end, and then believes the last one though
    # it was cut, too: only a whole announcement of a body says that the headers came to their end.
    if status in _WITHOUT_BODY:
        return False
    return not headers.get("content-length", "").isdecimal() and headers.get("transfer-encoding") != "chunked"


def _tls_failure(problem: BaseException) -> ApiError:
    # A line that breaks while the connection is made is the network's doing, not another machine's.
    words = str(problem)
    if "EOF" in words or "reset" in words.lower():
        return no_network(problem)
    if "expired" in words or "not yet valid" in words:
        return certificate_not_valid_now(problem)
    return certificate_changed(problem)


def _pinned_adapter(context: ssl.SSLContext) -> "requests.adapters.HTTPAdapter":
    from requests.adapters import HTTPAdapter

    class PinnedAdapter(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **options, ssl_context=context)

        def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
            # The library's own would add the world's authorities to the one that is trusted here.
            conn.cert_reqs = "CERT_REQUIRED"

    return PinnedAdapter(max_retries=0)


def _counted(request: Request) -> bytes | Iterator[bytes] | None:
    body = request.body
    if body is None or (isinstance(body, bytes) and request.on_sent is None and request.cancel is None):
        return body
    pieces: Iterable[bytes] = (
        (body[at : at + _PIECE] for at in range(0, len(body), _PIECE)) if isinstance(body, bytes) else body
    )
    total = len(body) if isinstance(body, bytes) else request.size
    return _told(pieces, total, request.on_sent, request.cancel)


def _told(
    pieces: Iterable[bytes], total: int | None, progress: Progress | None, cancel: Cancel | None
) -> Iterator[bytes]:
    done = 0
    for piece in pieces:
        if cancel is not None:
            cancel.check()
        yield piece
        done += len(piece)
        if progress is not None:
            progress(done, total)


def _pieces(reply: "requests.Response", headers: dict[str, str], request: Request, size: int) -> Iterator[bytes]:
    length = headers.get("content-length", "")
    total = int(length) if length.isdigit() and "content-encoding" not in headers else None
    received = 0
    for piece in _told(reply.iter_content(size), total, request.on_received, request.cancel):
        received += len(piece)
        if received > request.max_bytes:
            raise unexpected(f"more than {request.max_bytes} bytes")
        yield piece
