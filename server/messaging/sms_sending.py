"""Hands SMS to Africa's Talking, by either of its two interfaces, and tells what came of each."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from server.messaging.outcomes import Came, Outcome
from shared.core.text import text

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS, READ_SECONDS = 5.0, 30.0
PUBLIC_BASE = "https://api.africastalking.com/version1"
SANDBOX_BASE = "https://api.sandbox.africastalking.com/version1"
_LARGEST_ANSWER = 262_144
_PLACES = 10_000
_COST = re.compile(r"([A-Z]{3}) (\d{1,9}(?:\.\d{1,6})?)")
_SENT = frozenset({100, 101, 102})
_LATER = frozenset({401, 405, 500, 501, 502})
_BAD_SENDER, _BLACKLISTED = 402, 406
_NEVER = frozenset({403, 404, 406, 407, 409})
_UNAUTHORISED, _TOO_MANY, _SERVER_FAULT, _REDIRECT, _REFUSED = 401, 429, 500, 300, 400


@dataclass(frozen=True)
class SmsWay:
    """An account at the provider. `interface` is `legacy` (form) or `bulk` (JSON)."""

    base: str
    username: str
    key: str = field(repr=False)
    sender: str = ""
    interface: str = "legacy"
    ca_file: Path | None = None


class SmsSender:
    """Sends SMS one by one: each has its own text, and its own answer."""

    def __init__(
        self,
        way: SmsWay,
        seconds: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._way = way
        self._seconds = seconds
        self._monotonic = monotonic
        self._session: requests.Session | None = None

    def send(self, words: str, receiver: str) -> Outcome:
        """Send `words` to a number; never raises for what the network or the provider does."""
        import requests

        try:
            status, headers, body = self._post(words, receiver)
        except requests.RequestException as failure:
            return _broken(failure)
        return _told(status, headers, body, receiver)

    def close(self) -> None:
        """Let the connection go."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _post(self, words: str, receiver: str) -> tuple[int, Mapping[str, str], bytes | None]:
        import requests

        if self._session is None:
            self._session = requests.Session()
        way = self._way
        given: dict[str, Any] = {"username": way.username, "message": words, "enqueue": 1}
        if way.interface == "bulk":
            url = f"{way.base}/messaging/bulk"
            body: dict[str, Any] = {"json": {**given, "phoneNumbers": [receiver], "senderId": way.sender}}
        else:
            url = f"{way.base}/messaging"
            named = {"from": way.sender} if way.sender else {}
            body = {"data": {**given, **named, "to": receiver, "bulkSMSMode": 1}}
        with self._session.post(
            url,
            headers={"apiKey": way.key, "Accept": "application/json"},
            timeout=self._seconds,
            allow_redirects=False,
            verify=str(way.ca_file) if way.ca_file else True,
            stream=True,
            **body,
        ) as answer:
            return answer.status_code, dict(answer.headers), self._read(answer)

    def _read(self, answer: "requests.Response") -> bytes | None:
        """Return the body, or None where it is too long or trickles in for longer than anybody waits."""
        until = self._monotonic() + self._seconds[1]
        read = bytearray()
        for piece in answer.iter_content(16_384):
            read += piece
            if len(read) > _LARGEST_ANSWER or self._monotonic() > until:
                return None
        return bytes(read)


def _broken(failure: "requests.RequestException") -> Outcome:
    """Tell a request that never arrived from one whose answer is missing."""
    if _never_arrived(failure):
        reason = text("The SMS provider can't be reached. It is tried again.")
        return Outcome(Came.RETRY, "unreachable", reason, away=True)
    return _unknown("no_answer")


def _never_arrived(failure: BaseException) -> bool:
    import requests
    from urllib3 import exceptions

    if isinstance(failure, (requests.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.ProxyError)):
        return True
    cause = failure.args[0] if failure.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(reason, (exceptions.NewConnectionError, exceptions.ConnectTimeoutError, exceptions.SSLError))


def _unknown(code: str) -> Outcome:
    reason = text("The SMS provider gave no usable answer. The letter may have gone out, so it isn't sent again.")
    return Outcome(Came.UNKNOWN, code, reason)


def _told(status: int, headers: Mapping[str, str], body: bytes | None, receiver: str) -> Outcome:
    if status == _UNAUTHORISED:
        reason = text("The SMS provider refused the username or the key. Correct them under Institute.")
        return Outcome(Came.STOPPED, "key_refused", reason)
    if status == _TOO_MANY:
        reason = text("The SMS provider wants a pause. It is tried again.")
        return Outcome(Came.RETRY, "provider_busy", reason, wait_seconds=_wait(headers), away=True)
    if status >= _SERVER_FAULT:
        return _unknown(f"http_{status}")
    if status >= _REDIRECT:
        code = "redirected" if status < _REFUSED else f"http_{status}"
        return Outcome(Came.FAILED, code, text("The SMS provider refused the letter."))
    try:
        told = orjson.loads(body or b"")["SMSMessageData"]
        recipients, message = told.get("Recipients") or [], str(told.get("Message", ""))
        found = next((one for one in recipients if _digits(one.get("number")) == _digits(receiver)), None)
        if found is None and not recipients:
            return _refused_whole(message)
        return _unknown("not_in_answer") if found is None else _per_receiver(found)
    except (ValueError, KeyError, TypeError, AttributeError):
        return _unknown("answer_unreadable")


def _digits(number: object) -> str:
    return "".join(one for one in str(number) if one.isdigit())


def _refused_whole(message: str) -> Outcome:
    if "senderid" in message.replace(" ", "").lower():
        return _bad_sender()
    return Outcome(Came.FAILED, "refused", text("The SMS provider refused the letter."))


def _bad_sender() -> Outcome:
    reason = text("The SMS provider doesn't know the sender's name. Correct it under Institute.")
    return Outcome(Came.STOPPED, "sender_refused", reason)


def _per_receiver(told: Mapping[str, Any]) -> Outcome:
    code = int(str(told["statusCode"]))
    status = re.sub(r"[^A-Za-z]", "", str(told.get("status", "")))[:40]
    cost, currency = cost_of(told.get("cost"))
    provider_id = told.get("messageId")
    if code in _SENT:
        return Outcome(
            Came.SENT,
            provider_id=str(provider_id)[:120] if provider_id not in {None, "", "None"} else None,
            parts=int(str(told.get("messageParts") or 1)),
            cost=cost,
            currency=currency,
        )
    if code == _BAD_SENDER:
        return _bad_sender()
    reason = text("The SMS provider answered: {status}", status=status)
    if code in _LATER:
        return Outcome(Came.RETRY, f"sms_{code}", reason)
    if code in _NEVER:
        return Outcome(Came.FAILED, f"sms_{code}", reason, block="blacklisted" if code == _BLACKLISTED else "")
    return _unknown(f"sms_{code}")


def cost_of(told: object) -> tuple[int, str]:
    """Return a cost such as `GHS 0.0300` as ten-thousandths and currency; anything else costs nothing known."""
    found = _COST.fullmatch(str(told))
    if found is None:
        return 0, ""
    return int((Decimal(found[2]) * _PLACES).to_integral_value()), found[1]


def _wait(headers: Mapping[str, str]) -> float:
    told = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return min(float(told), 3_600.0) if told.isascii() and told.isdigit() else 60.0
