"""The outermost layer: request number, language, limits, headers, body size and one log line for each request."""

import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.core.auth import CLAIMS
from server.core.errors import error_answer, for_person
from server.core.isolation import stay_in
from server.core.language import Languages
from server.core.limits import Allowance, Limiter, SharedLimiter
from server.core.metrics import Metrics
from server.core.request_marks import begin_request, request_id
from server.core.tokens import Claims
from shared.core.errors import CampusError
from shared.core.text import text, use_translator

SECURITY_HEADERS = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"origin-when-cross-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"x-dns-prefetch-control", b"on"),
)
_POLICY = SECURITY_HEADERS[0][0]
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_SECONDS_TOLD = 90
"""Longer waits are told in minutes."""
_QUIET_PATHS = ("/api/health", "/health/")
_SECRET_PATHS = (
    "/api/v1/calendars/",
    "/api/v1/file-links/",
    "/api/v1/letters/reports/",
    "/api/v1/payments/webhooks/",
)
"""What follows these opens something to whoever knows it, so the log doesn't keep it."""
_access = logging.getLogger("campusdesk.access")
_log = logging.getLogger(__name__)


class Edge:
    """Wraps the application; whatever happens inside, the caller gets one well-formed answer.

    `is_open(path)` tells where nobody need be signed in; everywhere else a request stays in its token's organisation.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        limiter: Limiter | SharedLimiter,
        claims: Callable[[str], Claims | None],
        monotonic: Callable[[], float],
        languages: Languages,
        max_body_bytes: int,
        max_body_bytes_for: Mapping[str, int],
        is_open: Callable[[str], bool] = lambda _path: False,
        metrics: Metrics | None = None,
    ) -> None:
        self._app = app
        self.metrics = metrics
        self._is_open = is_open
        self._limiter = limiter
        self._claims = claims
        self._monotonic = monotonic
        self._languages = languages
        self._max_body_bytes = max_body_bytes
        self._max_body_bytes_for = dict(max_body_bytes_for)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin_request()
        headers = Headers(scope=scope)
        use_translator(self._languages.translator(headers.get("accept-language", "")))
        authorization = headers.get("authorization", "")
        claims = self._claims(authorization) if authorization else None
        scope[CLAIMS] = claims
        # A token that somebody shows where none is asked for proves nothing about what is asked there.
        stay_in(claims.organisation_id if claims and not self._is_open(scope["path"]) else None)
        await _Exchange(self, scope, receive, send, headers, claims).serve()

    async def allowance(self, scope: Scope, claims: Claims | None) -> Allowance | None:
        """Count the request."""
        address = scope["client"][0] if scope.get("client") else ""
        person_id, roles = (None, ()) if claims is None else (claims.person_id, claims.roles)
        counted = self._limiter.ask(scope["path"], address, person_id, roles, scope.get("method", ""))
        return counted if isinstance(counted, Allowance | None) else await counted

    def largest_body(self, path: str) -> int:
        """Return how many bytes a request to `path` may carry."""
        named = [limit for prefix, limit in self._max_body_bytes_for.items() if path.startswith(prefix)]
        return max([self._max_body_bytes, *named])

    @property
    def app(self) -> ASGIApp:
        """What is wrapped."""
        return self._app

    @property
    def monotonic(self) -> Callable[[], float]:
        """What measures how long a request took."""
        return self._monotonic


def _beside(given: list[tuple[bytes, bytes]], ours: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return our headers for an answer; a page that says all of its policy by itself has no second one beside it."""
    whole = any(name == _POLICY and value.startswith(b"default-src") for name, value in given)
    return [one for one in ours if one[0] != _POLICY] if whole else ours


class _Exchange:
    """One request and its answer."""

    def __init__(
        self, edge: Edge, scope: Scope, receive: Receive, send: Send, headers: Headers, claims: Claims | None
    ) -> None:
        self._edge = edge
        self._scope = scope
        self._receive = receive
        self._send = send
        self._headers = headers
        self._claims = claims
        self._began = edge.monotonic()
        self._left = edge.largest_body(scope["path"])
        self._extra: list[tuple[bytes, bytes]] = [(b"x-request-id", request_id().encode()), *SECURITY_HEADERS]
        if scope.get("scheme") == "https":
            self._extra.append(_HSTS)
        self._status = 0
        self._overflown = False
        self._ended = False

    async def serve(self) -> None:
        try:
            await self._check()
            await self._edge.app(self._scope, self._read, self._write)
        except Exception as failure:
            if self._status:
                raise  # half an answer is out: the connection is cut, so that nobody takes it for a whole one
            await self._say(failure)
        else:
            if self._overflown:
                await self._say(_too_large())
        self._note()

    async def _say(self, failure: Exception) -> None:
        """Answer with what went wrong; the log gets the rest."""
        self._ended = True
        error = for_person(failure)
        if error.code == "server_fault":
            _log.error("A request met a fault", extra={"path": self._scope["path"]}, exc_info=failure)
        elif error.code == "database_away":
            _log.warning("The database can't be reached: %s", failure)
        await error_answer(error)(self._scope, self._receive, self._write)

    async def _check(self) -> None:
        allowance = await self._edge.allowance(self._scope, self._claims)
        if allowance is not None:
            self._extra += allowance.headers
            if not allowance.allowed:
                raise _too_many(allowance.reset)
        length = self._headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self._left:
            raise _too_large()
        query = self._scope["query_string"]
        if b"&" in query:
            names = [name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True)]
            if len(names) != len(set(names)):
                raise CampusError("parameter_repeated", text("A parameter is given twice. Give each once."))

    async def _read(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                self._overflown = True
                raise _too_large()
        return message

    async def _write(self, message: Message) -> None:
        if self._overflown and not self._ended:
            return  # the framework calls it malformed; what it is is said once it has ended
        if message["type"] == "http.response.start":
            self._status = message["status"]
            given = list(message.get("headers", ()))
            message = {**message, "headers": [*given, *_beside(given, self._extra)]}
        await self._send(message)

    def _note(self) -> None:
        path = self._scope["path"]
        if self._edge.metrics is not None:
            route = getattr(self._scope.get("route"), "path", None)
            self._edge.metrics.request(self._scope["method"], route, self._status, self._edge.monotonic() - self._began)
        path = next((f"{secret}-" for secret in _SECRET_PATHS if path.startswith(secret)), path)
        if path.startswith(_QUIET_PATHS) or not _access.isEnabledFor(logging.INFO):
            return
        line: dict[str, Any] = {
            "method": self._scope["method"],
            "path": path,
            "status": self._status,
            "milliseconds": round((self._edge.monotonic() - self._began) * 1000, 1),
            "address": self._scope["client"][0] if self._scope.get("client") else None,
            "person_id": self._claims.person_id if self._claims else None,
        }
        _access.info("%s %s", line["method"], path, extra=line)


def _too_many(seconds: int) -> CampusError:
    words = text("Too many requests in a short time. Try again in {n} seconds.", n=seconds)
    if seconds > _SECONDS_TOLD:
        words = text("Too many requests in a short time. Try again in {n} minutes.", n=-(-seconds // 60))
    return CampusError("too_many_requests", words, {"retry_after": seconds})


def _too_large() -> CampusError:
    return CampusError("too_large", text("What was sent is larger than the server takes."))
