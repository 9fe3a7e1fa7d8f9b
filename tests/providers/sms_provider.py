"""Africa's Talking on loopback, as its documents describe it: what it refuses, and faults to be switched on."""

import asyncio
import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import orjson
import uvicorn

USERNAME, KEY = "kmmedia", "atsk_4d1f0b"
SENDER = "KMMEDIA"
_E164 = re.compile(r"\+[1-9][0-9]{7,14}")
_STATUS = {
    100: "Processed",
    101: "Success",
    102: "Queued",
    401: "RiskHold",
    402: "InvalidSenderId",
    403: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    405: "InsufficientBalance",
    406: "UserInBlacklist",
    407: "CouldNotRoute",
    409: "DoNotDisturbRejection",
    500: "InternalServerError",
    501: "GatewayError",
    502: "RejectedByGateway",
}


@dataclass
class SmsProvider:
    """What went out, and the faults.

    `codes` is by number; `answer` replaces the whole answer by (status, headers, body); `drop` takes the message and
    closes the connection; `delay` is in seconds; `truncated` cuts the JSON; `extra` adds fields nobody knows.
    """

    port: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    blacklisted: set[str] = field(default_factory=set)
    price: str = "GHS 0.0300"
    answer: tuple[int, dict[str, str], bytes] | None = None
    drop: bool = False
    delay: float = 0.0
    truncated: bool = False
    extra: bool = False
    empty_for_bad_sender: bool = False
    arrived: threading.Event = field(default_factory=threading.Event)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/version1"

    @property
    def numbers(self) -> list[str]:
        return [str(one["to"]) for one in self.sent]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.asked += 1
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        status, more, content = self._answered(scope["method"], scope["path"], headers, body)
        self.arrived.set()
        await asyncio.sleep(self.delay)
        if self.answer is not None:
            status, more, content = self.answer
        if self.drop:
            # An answer that ends before the length that it promised: the connection is closed under the caller.
            await send({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"9999")]})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        told = [(name.encode(), value.encode()) for name, value in more.items()]
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": content[: len(content) // 2] if self.truncated else content})

    def _answered(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        plain = {"content-type": "text/plain"}
        bulk = path == "/version1/messaging/bulk"
        if method != "POST" or path not in {"/version1/messaging", "/version1/messaging/bulk"}:
            return 404, plain, b"Not Found"
        if self.answer is not None and self.answer[0] == 429:
            return self.answer
        given = self._given(bulk, headers, body)
        if headers.get("apikey") != KEY or given.get("username") != USERNAME:
            return 401, plain, b"The supplied authentication is invalid"
        if "json" not in headers.get("accept", ""):
            return 201, {"content-type": "application/xml"}, b"<AfricasTalkingResponse/>"
        if not given.get("message") or not given.get("to") or (bulk and not given.get("from")):
            return 400, plain, b"Request is missing required form field"
        return 201, {"content-type": "application/json"}, orjson.dumps(self._taken(given))

    def _given(self, bulk: bool, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        kind = headers.get("content-type", "")
        if bulk and kind.startswith("application/json"):
            told = orjson.loads(body)
            return {**told, "to": told.get("phoneNumbers"), "from": told.get("senderId")}
        if not bulk and kind.startswith("application/x-www-form-urlencoded"):
            told = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            return {**told, "to": told.get("to", "").split(",")}
        return {}

    def _taken(self, given: dict[str, Any]) -> dict[str, Any]:
        sender_known = given.get("from") in {None, "", SENDER}
        if not sender_known and self.empty_for_bad_sender:
            return {"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}
        recipients = [self._one(number, given, sender_known=sender_known) for number in given["to"]]
        good = sum(one["statusCode"] in {100, 101, 102} for one in recipients)
        told = {"Message": f"Sent to {good}/{len(recipients)} Total Cost: {self.price}", "Recipients": recipients}
        if self.extra:
            told |= {"Balance": "GHS 3.10"}
        return {"SMSMessageData": told}

    def _one(self, number: str, given: dict[str, Any], *, sender_known: bool) -> dict[str, Any]:
        code = self.codes.get(number, 101)
        if not sender_known:
            code = 402
        elif not _E164.fullmatch(number):
            code = 403
        elif number in self.blacklisted:
            code = 406
        good = code in {100, 101, 102}
        if good:
            self.sent.append({**given, "to": number})
        return {
            "statusCode": code,
            "number": number,
            "status": _STATUS.get(code, "SomethingNew"),
            "cost": self.price if good else "0",
            "messageId": f"ATXid_{len(self.sent)}" if good else "None",
            "messageParts": 1,
        }


@contextlib.contextmanager
def sms_provider() -> Iterator[SmsProvider]:
    """A running provider."""
    made = SmsProvider()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    made.port = listener.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(made, log_config=None, access_log=False, lifespan="off"))
    server.config.load()
    ready = threading.Event()
    began = server.startup

    async def startup(sockets: Any = None) -> None:
        await began(sockets)
        ready.set()

    server.startup = startup  # type: ignore[method-assign] # to know when it listens
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="sms provider", daemon=True)
    thread.start()
    assert ready.wait(120)
    try:
        yield made
    finally:
        server.should_exit = server.force_exit = True
        thread.join(120)
        listener.close()
