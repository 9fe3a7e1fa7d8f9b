"""The client of the server's API: fresh reads, retries, tokens renewed by the device's key, errors in words."""

import base64
import itertools
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

import orjson
from pydantic import ValidationError

from desktop.core import api_errors
from desktop.core.api_errors import ApiError, Sort
from desktop.core.device_key import DeviceKey
from desktop.core.messages import FactorAsked, SignInAnswer
from desktop.core.read_cache import ReadCache
from desktop.core.retry import Backoff, Pause
from desktop.core.tokens import Tokens
from desktop.core.transport import Cancel, Progress, Reply, Request, Taker, Transport
from shared.core.clock import Clock, instant_text
from shared.core.computers import signed_contact
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.sync import CheckRequest, CheckResponse, SyncRequest, SyncResponse
from shared.core.text import text

API = "/api/v1"
MOST_TRIES, LONGEST_WAIT = 4, 30.0
"""Tries, and seconds between two of them: who has to wait longer is told so, as everything else waits behind it."""
Message = TypeVar("Message", bound=StrictModel)

_SAFE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})

Fetch = Callable[[Callable[[], object]], None]
"""Starts something in the background; None in its place means that nothing is fetched ahead."""


def signed_out() -> ApiError:
    """The error when the sign-in has ended."""
    return ApiError(Sort.AUTH, "signed_out", text("Your sign-in has ended. Sign in again; nothing of yours is lost."))


class ApiClient:
    """Speaks to one server for one person. Calls block: use a worker.

    `pause` waits between tries and may end them; `in_background` fetches the next page ahead; `on_tokens` is told of
    renewed tokens before they are used, `on_answer` of what came with them.
    """

    def __init__(
        self,
        transport: Transport,
        clock: Clock,
        pause: Pause,
        backoff: Backoff | None = None,
        cache: ReadCache | None = None,
        in_background: Fetch | None = None,
    ) -> None:
        self._transport, self._clock, self._pause = transport, clock, pause
        self._backoff = backoff or Backoff(first=0.5, most=8.0)
        self._cache = cache or ReadCache(clock)
        self._in_background = in_background
        self._tokens: Tokens | None = None
        self._device: tuple[str, DeviceKey] | None = None
        self._renewing = threading.Lock()
        self.on_tokens: Callable[[Tokens], None] = lambda _tokens: None
        self.on_answer: Callable[[SignInAnswer], None] = lambda _answer: None

    # -------------------------------------------------------------------------------------------------- sign-in

    def use(self, tokens: Tokens | None, device_id: str, key: DeviceKey) -> None:
        """Take over a sign-in; None means that the person is signed out on the server's side."""
        self._tokens, self._device = tokens, (device_id, key)
        self._cache.clear()

    @property
    def is_signed_in(self) -> bool:
        """Tell whether there are tokens to try."""
        return self._tokens is not None

    def sign_in(self, body: Mapping[str, Any]) -> SignInAnswer | FactorAsked:
        """Sign in once, without retries after an answer: a wrong password must not be tried four times."""
        return self._asked_in("/auth/sign-in", body)

    def enter_with_ticket(self, body: Mapping[str, Any]) -> SignInAnswer | FactorAsked:
        """Sign in by what an identity provider said, once."""
        return self._asked_in("/auth/identity/enter", body)

    def _asked_in(self, path: str, body: Mapping[str, Any]) -> SignInAnswer | FactorAsked:
        reply = self._tried("POST", f"{API}{path}", {}, orjson.dumps(body), once=True)
        told = _json(reply)
        needed = isinstance(told, dict) and isinstance(told.get("data"), dict) and told["data"].get("factor_needed")
        return _decoded(reply, FactorAsked) if needed else _decoded(reply, SignInAnswer)

    def finish_sign_in(self, body: Mapping[str, Any]) -> SignInAnswer:
        """Take the second step of a sign-in, once."""
        reply = self._tried("POST", f"{API}/auth/sign-in/factor", {}, orjson.dumps(body), once=True)
        return _decoded(reply, SignInAnswer)

    def ask_once(self, path: str, body: Mapping[str, Any]) -> Any:
        """Post something that needs no sign-in, once, and return the answer's data."""
        return _json(self._tried("POST", f"{API}{path}", {}, orjson.dumps(body), once=True))["data"]

    def act(self, path: str, body: Mapping[str, Any]) -> Any:
        """Post for whoever is signed in, once, and return the answer's data: for codes and passwords."""
        return _json(self._send("POST", f"{API}{path}", orjson.dumps(body), once=True))["data"]

    def sign_out(self) -> None:
        """End the sign-in on the server, as far as it can be reached, and forget it here."""
        try:
            if self._tokens is not None:
                self._send("POST", f"{API}/auth/sign-out", b"{}", once=True)
        except CampusError:
            return  # the tokens are forgotten here; they run out there
        finally:
            self._tokens = None
            self._cache.clear()

    def refresh(self) -> SignInAnswer:
        """Renew the tokens, signed by the device's key. Raises ApiError of sort auth when the sign-in has ended."""
        if self._tokens is None or self._device is None:
            raise signed_out()
        device_id, key = self._device
        timestamp = instant_text(self._clock.now())
        body = {
            "refresh_token": self._tokens.refresh_token,
            "device_id": device_id,
            "timestamp": timestamp,
            "signature": key.sign(f"refresh\n{self._tokens.refresh_token}\n{timestamp}"),
        }
        reply = self._tried("POST", f"{API}/auth/refresh", {}, orjson.dumps(body), once=False)
        answer = _decoded(reply, SignInAnswer)
        tokens = Tokens.model_validate(answer.model_dump())
        self.on_tokens(tokens)
        self._tokens = tokens
        self.on_answer(answer)
        return answer

    # ----------------------------------------------------------------------------------------------------- sync

    def sync(self, request: SyncRequest) -> SyncResponse:
        """Exchange commands and changes once; the sync engine decides about retries."""
        reply = self._send("POST", f"{API}/sync", request.model_dump_json().encode(), once=True)
        return _decoded(reply, SyncResponse)

    def check(self, request: CheckRequest) -> CheckResponse:
        """Compare what this device holds with the server."""
        reply = self._send("POST", f"{API}/sync/check", request.model_dump_json().encode(), once=True)
        return _decoded(reply, CheckResponse)

    def deliver(self, device_id: str, key: DeviceKey, sealed: bytes) -> None:
        """Hand a sealed outbox to the server's quarantine, for someone who can't sign in here; it needs no sign-in."""
        timestamp = instant_text(self._clock.now())
        packed = base64.b64encode(sealed).decode()
        body = {
            "device_id": device_id,
            "timestamp": timestamp,
            "sealed": packed,
            "signature": key.sign(f"deliver\n{device_id}\n{timestamp}\n{packed}"),
        }
        self._tried("POST", f"{API}/sync/deliver", {}, orjson.dumps(body), once=False)

    def hand_over(self, packed: Mapping[str, Any]) -> Any:
        """Hand on a delivery that was signed elsewhere, as it came off a stick; returns what became of it."""
        return _json(self._tried("POST", f"{API}/sync/deliver", {}, orjson.dumps(packed), once=False))["data"]

    def tell_contact(self, device_id: str, key: DeviceKey, report: str) -> list[Mapping[str, str]]:
        """Tell how this computer is; `report` is a packed `Contact`. Returns orders for devices that are lost."""
        timestamp = instant_text(self._clock.now())
        signature = key.sign(signed_contact(device_id, timestamp, report))
        body = {"device_id": device_id, "timestamp": timestamp, "report": report, "signature": signature}
        orders: list[Mapping[str, str]] = self.ask_once("/computers/contact", body).get("orders") or []
        return orders

    # ------------------------------------------------------------------------------------------- reads and writes

    def get(self, path: str, parameters: Mapping[str, Any] | None = None, *, cancel: Cancel | None = None) -> Any:
        """Return the decoded answer (`data`, `pagination`) of a read, at most 30 s old."""
        address = _address(path, parameters)
        cached = self._cache.fresh(address)
        if cached is not None:
            return cached.value
        known = self._cache.known(address)
        extra = {"If-None-Match": known.etag} if known and known.etag else {}
        reply = self._send("GET", address, None, extra, cancel=cancel)
        if reply.status == 304 and known is not None:
            self._cache.confirm(address)
            return known.value
        value = _json(reply)
        self._cache.put(address, value, reply.headers.get("etag"), len(reply.body))
        return value

    def page(self, path: str, page: int, limit: int = 50, parameters: Mapping[str, Any] | None = None) -> Any:
        """Return one page of a list, and fetch the next one ahead."""
        asked = {**(parameters or {}), "limit": limit}
        answer = self.get(path, {**asked, "page": page})
        if self._in_background is not None and (answer.get("pagination") or {}).get("hasNext"):
            self._in_background(lambda: self._ahead(path, {**asked, "page": page + 1}))
        return answer

    def _ahead(self, path: str, parameters: Mapping[str, Any]) -> None:
        try:
            self.get(path, parameters)
        except CampusError:
            return  # the page is asked for again when someone turns to it

    def write(
        self,
        method: str,
        path: str,
        body: Any,
        key: str,
        base: str | None = None,
        *,
        timeout: float = 30.0,
        cancel: Cancel | None = None,
    ) -> Any:
        """Send a write under its `Idempotency-Key`, so that a repeat counts once; `base` is sent as `If-Match`."""
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        if base is not None:
            headers["If-Match"] = f'"{base}"'
        reply = self._send(method, path, orjson.dumps(body), headers, repeatable=True, timeout=timeout, cancel=cancel)
        self.refresh_reads(path)
        return _json(reply) if reply.body else None

    def refresh_reads(self, prefix: str = "") -> None:
        """Let reads under `prefix` be asked for again: on an event, after a write, when the window gets the focus."""
        self._cache.stale(lambda address: address.startswith(prefix))

    def upload(
        self,
        path: str,
        pieces: bytes | Iterable[bytes],
        size: int,
        headers: Mapping[str, str],
        on_progress: Progress | None = None,
        cancel: Cancel | None = None,
        method: str = "PATCH",
    ) -> Reply:
        """Send bytes once, telling progress; `cancel` ends it at the next piece."""
        return self._send(
            method, path, pieces, headers, once=True, size=size, on_sent=on_progress, cancel=cancel, timeout=300.0
        )

    def download_asked(self, path: str, body: Any) -> bytes:
        """Return the bytes of a file that a body describes; nothing is changed by asking."""
        headers = {"Content-Type": "application/json"}
        return self._send("POST", path, orjson.dumps(body), headers, repeatable=True, timeout=300.0).body

    def download(
        self,
        path: str,
        on_progress: Progress | None = None,
        cancel: Cancel | None = None,
        max_bytes: int = 500_000_000,
        *,
        once: bool = False,
    ) -> bytes:
        """Return the bytes of a file, telling progress; `once`: without trying again."""
        options: dict[str, Any] = {"on_received": on_progress, "cancel": cancel, "max_bytes": max_bytes}
        return self._send("GET", path, None, once=once, timeout=300.0, **options).body

    def fetch_range(
        self, path: str, start: int, end: int, taker: Taker, cancel: Cancel | None = None, timeout: float = 60.0
    ) -> Reply:
        """Ask once for the bytes from `start` up to `end` and hand them to what `taker` gives, as they come."""
        headers = {"Range": f"bytes={start}-{end - 1}", "Accept-Encoding": "identity"}
        options: dict[str, Any] = {"taker": taker, "max_bytes": end - start, "cancel": cancel, "timeout": timeout}
        return self._send("GET", path, None, headers, once=True, **options)

    # --------------------------------------------------------------------------------------------------- inside

    def _send(
        self,
        method: str,
        path: str,
        body: bytes | Iterable[bytes] | None,
        headers: Mapping[str, str] | None = None,
        once: bool = False,
        repeatable: bool = False,
        **options: Any,
    ) -> Reply:
        """Send with the access token; renew it once when it ran out, and end the sign-in when that fails."""
        used = self._access_token()
        signed = {**(headers or {}), "Authorization": f"Bearer {used}"}
        single = once or not (repeatable or method in _SAFE)
        try:
            return self._tried(method, path, signed, body, once=single, **options)
        except ApiError as problem:
            if problem.status != 401 or not (body is None or isinstance(body, bytes)):
                raise
        signed["Authorization"] = f"Bearer {self._access_token(refused=used)}"
        return self._tried(method, path, signed, body, once=single, **options)

    def _access_token(self, refused: str | None = None) -> str:
        with self._renewing:
            tokens = self._tokens
            if tokens is None:
                raise signed_out()
            if tokens.is_stale(self._clock.now()) or tokens.access_token == refused:
                self._renew()
                tokens = self._tokens or tokens
            return tokens.access_token

    def _renew(self) -> None:
        try:
            self.refresh()
        except ApiError as problem:
            if problem.sort is Sort.AUTH and problem.status in {401, 403}:
                self._tokens = None
            raise

    def _tried(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | Iterable[bytes] | None,
        *,
        once: bool,
        cancel: Cancel | None = None,
        **options: Any,
    ) -> Reply:
        sent = {"Accept": "application/json", **headers}
        if isinstance(body, bytes):
            sent.setdefault("Content-Type", "application/json")
        for failures in itertools.count(1):
            if cancel is not None:
                cancel.check()
            try:
                reply = self._transport.send(Request(method, path, sent, body, cancel=cancel, **options))
                if reply.status < 300 or reply.status == 304:
                    return reply
                raise api_errors.from_reply(reply.status, reply.headers, reply.body)
            except ApiError as problem:
                if once or failures >= MOST_TRIES or not problem.may_retry:
                    raise
                wait = max(problem.retry_after or 0.0, self._backoff.pause(failures))
                if wait > LONGEST_WAIT or self._pause(wait):
                    raise
        raise AssertionError  # pragma: no cover - the loop ends by return or raise


def _address(path: str, parameters: Mapping[str, Any] | None) -> str:
    return f"{path}?{urlencode(sorted(parameters.items()), doseq=True)}" if parameters else path


def _json(reply: Reply) -> Any:
    try:
        return orjson.loads(reply.body)
    except ValueError as problem:
        raise api_errors.unexpected(problem) from problem


def _decoded(reply: Reply, message: type[Message]) -> Message:
    try:
        return message.model_validate(_json(reply)["data"])
    except (ValidationError, KeyError, TypeError) as problem:
        raise api_errors.unexpected(problem) from problem
