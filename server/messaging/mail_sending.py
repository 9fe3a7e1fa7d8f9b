"""Hands mails to a mail server over TLS, and tells what came of each: sent, later, never, or nobody knows."""

import ipaddress
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

from server.messaging.outcomes import Came, Outcome
from shared.core.text import text

T = TypeVar("T")
SECONDS = 30.0
_OK = 250
_TAKEN = (250, 251)
_LATER, _NEVER = 400, 500
_AUTHENTICATE_FIRST = 530
_NO_SUCH_ADDRESS = re.compile(r"\b5\.1\.(?:1|10)\b|\b5\.2\.1\b")
_UNSEEN = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True)
class MailWay:
    """A mail server and whom its mails are from. `anywhere`: also at an address of the office's own network."""

    host: str
    port: int
    security: str
    sender: str
    sender_name: str
    username: str = ""
    password: str = field(default="", repr=False)
    anywhere: bool = False
    ca_file: Path | None = None


def is_public(address: str) -> bool:
    """Tell whether a network address is one of the public internet."""
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_global
    except ValueError:
        return False


def leads_outside(host: str, port: int) -> bool:
    """Tell whether all addresses of a host are public; one that isn't known is not. Asks the network."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return bool(found) and all(is_public(str(one[4][0])) for one in found)


class MailSender:
    """One connection to a mail server, opened at the first mail and kept for the following ones."""

    def __init__(self, way: MailWay, seconds: float = SECONDS) -> None:
        self._way = way
        self._seconds = seconds
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, receiver: str) -> Outcome:
        """Hand a mail for one receiver over; never raises for what the network or the server does."""
        smtp = self._step(self._opened)
        if isinstance(smtp, Outcome):
            return smtp
        return self._step(lambda: self._envelope(smtp, receiver)) or self._hand_over(smtp, message)

    def close(self) -> None:
        """Say goodbye to the server."""
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                self._smtp.close()
            self._smtp = None

    def _step(self, work: Callable[[], T]) -> T | Outcome:
        """Do what comes before the mail itself: whatever breaks here, nothing has gone out."""
        try:
            return work()
        except smtplib.SMTPAuthenticationError as failure:
            return self._left(_refused_password(failure))
        except smtplib.SMTPNotSupportedError:
            return self._left(
                Outcome(
                    Came.STOPPED,
                    "not_encrypted",
                    text("The mail server offers no encryption or no sign-in. Check its address and port."),
                )
            )
        except ssl.SSLError as failure:
            reason = text("The mail server's certificate can't be trusted: {why}", why=_clean(failure.reason or ""))
            return self._left(Outcome(Came.RETRY, "certificate", reason, away=True))
        except (OSError, smtplib.SMTPException) as failure:
            reason = text("The mail server can't be reached: {why}", why=type(failure).__name__)
            return self._left(Outcome(Came.RETRY, "unreachable", reason, away=True))

    def _left(self, outcome: Outcome) -> Outcome:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None
        return outcome

    def _opened(self) -> smtplib.SMTP | Outcome:
        if self._smtp is not None:
            return self._smtp
        way = self._way
        if not way.anywhere and not leads_outside(way.host, way.port):
            return _forbidden()
        context = ssl.create_default_context(cafile=way.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if way.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(way.host, way.port, timeout=self._seconds, context=context)
        else:
            smtp = smtplib.SMTP(way.host, way.port, timeout=self._seconds)
        self._smtp = smtp
        # The name may have led somewhere else by now than when it was looked up.
        if not way.anywhere and not is_public(str(smtp.sock.getpeername()[0] if smtp.sock else "")):
            return self._left(_forbidden())
        if way.security != "tls":
            smtp.starttls(context=context)
        if way.username:
            self._sign_in(smtp)
        return smtp

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        """Give the password once: the library's own sign-in gives a wrong one anew in each way that it knows."""
        smtp.ehlo_or_helo_if_needed()
        offered = str(smtp.esmtp_features.get("auth", "")).upper().split()
        smtp.user, smtp.password = self._way.username, self._way.password
        for mechanism, answer in (("PLAIN", smtp.auth_plain), ("LOGIN", smtp.auth_login)):
            if mechanism in offered:
                smtp.auth(mechanism, answer)
                return
        raise smtplib.SMTPNotSupportedError

    def _envelope(self, smtp: smtplib.SMTP, receiver: str) -> Outcome | None:
        smtp.ehlo_or_helo_if_needed()
        code, said = smtp.mail(self._way.sender)
        if code == _OK:
            code, said = smtp.rcpt(receiver)
        if code in _TAKEN:
            return None
        refusal = _refusal(code, said)
        if refusal.came is Came.STOPPED:
            return self._left(refusal)
        smtp.rset()
        return refusal

    def _hand_over(self, smtp: smtplib.SMTP, message: EmailMessage) -> Outcome:
        try:
            code, said = smtp.data(message.as_bytes())
        except smtplib.SMTPDataError as failure:
            return self._after(smtp, _refusal(failure.smtp_code, failure.smtp_error))
        except (OSError, smtplib.SMTPException):
            reason = text("The connection broke before the mail server answered. The letter may have gone out.")
            return self._left(Outcome(Came.UNKNOWN, "no_answer", reason))
        if code != _OK:
            return self._after(smtp, _refusal(code, said))
        return Outcome(Came.SENT)

    def _after(self, smtp: smtplib.SMTP, refusal: Outcome) -> Outcome:
        fault = self._step(smtp.rset)
        return fault if isinstance(fault, Outcome) and refusal.came is Came.RETRY else refusal


def _forbidden() -> Outcome:
    reason = text("This mail server isn't one of the public internet. The server's operator can allow it.")
    return Outcome(Came.STOPPED, "host_not_allowed", reason)


def _refused_password(failure: smtplib.SMTPAuthenticationError) -> Outcome:
    if failure.smtp_code < _NEVER:
        return Outcome(Came.RETRY, f"smtp_{failure.smtp_code}", _said(failure.smtp_error), away=True)
    reason = text("The mail server refused the username or the password. Correct them under Institute.")
    return Outcome(Came.STOPPED, "password_refused", reason)


def _refusal(code: int, said: bytes | str) -> Outcome:
    """Return what a refusal means: 4xx is for a while, 5xx for good; anything else is no mail server's answer."""
    told = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    if code == _AUTHENTICATE_FIRST:
        reason = text("The mail server wants a username and a password. Give them under Institute.")
        return Outcome(Came.STOPPED, "password_needed", reason)
    if _LATER <= code < _NEVER:
        return Outcome(Came.RETRY, f"smtp_{code}", _said(told))
    block = "no_such_address" if _NO_SUCH_ADDRESS.search(told) else ""
    return Outcome(Came.FAILED, f"smtp_{code}", _said(told), block=block)


def _said(told: bytes | str) -> str:
    words = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    return text("The mail server answered: {words}", words=_clean(words))


def _clean(words: str) -> str:
    return _UNSEEN.sub(" ", words).strip()[:200]
