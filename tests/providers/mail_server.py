"""A mail server on loopback with real TLS: it refuses passwords in the clear, wrong ones, and chosen receivers."""

import asyncio
import contextlib
import logging
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

# The library warns of a field of its own that it sets by itself.
logging.getLogger("mail.log").addFilter(lambda record: "login_data is deprecated" not in record.getMessage())
USERNAME, PASSWORD = "letters@km-media.example", "orange-Tuesday-41"
_PATIENCE = 60
# A connection that is broken off tells its protocols of it within a few turns of the loop.
_TURNS = 10


@dataclass
class Received:
    """One mail as it came in."""

    sender: str
    receivers: list[str]
    message: EmailMessage
    encrypted: bool
    signed_in: bool


@dataclass
class MailServer:
    """What the server received, and how it behaves.

    `refused` is by receiver (`550 5.1.1 no such user`), `after_data` answers a whole mail, `drop_after_data` takes the
    mail and closes the connection instead of answering.
    """

    host: str = "localhost"
    port: int = 0
    ca_file: Path = Path()
    received: list[Received] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    refused_senders: dict[str, str] = field(default_factory=dict)
    after_data: str = "250 2.0.0 taken"
    drop_after_data: bool = False
    connections: int = 0
    passwords_tried: int = 0
    password_answer: str | None = None

    @property
    def subjects(self) -> list[str]:
        return [str(one.message["Subject"]) for one in self.received]

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        self.passwords_tried += 1
        right = isinstance(given, LoginPassword) and given == LoginPassword(USERNAME.encode(), PASSWORD.encode())
        # Left to itself the library would say nothing at all after a wrong password, and its caller would hang.
        return AuthResult(success=right, handled=False, message=None if right else self.password_answer)

    async def handle_EHLO(  # noqa: N802 - the library's name
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_MAIL(  # noqa: N802 - same
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address in self.refused_senders:
            return self.refused_senders[address]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - same
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - same
        if self.after_data.startswith("2"):
            message = BytesParser(policy=default).parsebytes(envelope.content)
            encrypted = server.transport.get_extra_info("ssl_object") is not None
            signed_in = bool(session.authenticated)
            self.received.append(
                Received(envelope.mail_from, list(envelope.rcpt_tos), message, encrypted, signed_in)  # type: ignore[arg-type] # the policy makes it an EmailMessage
            )
        if self.drop_after_data:
            server.transport.abort()
            await asyncio.sleep(0)
        return self.after_data


@contextlib.contextmanager
def mail_server(
    folder: Path, *, security: str = "starttls", names: tuple[str, ...] = ("localhost",)
) -> Iterator[MailServer]:
    """A running mail server; `security` is `starttls`, `tls` (from the first byte) or `none` (offers no TLS)."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    made = MailServer(ca_file=folder / "mail-ca.pem")
    authority.cert_pem.write_to_path(str(made.ca_file))
    options: dict[str, Any] = {
        "authenticator": made.authenticate,
        "auth_required": security != "none",
        "auth_require_tls": security != "none",
        "enable_SMTPUTF8": False,
        "ident": "test",
    }
    outer = security == "tls"
    taken_on: list[SMTP] = []
    if security == "starttls":
        options |= {"tls_context": context, "require_starttls": True}

    def protocol() -> SMTP:
        one = SMTP(made, loop=asyncio.get_running_loop(), **options)
        # Where TLS is there from the first byte, the library doesn't see it.
        one._auth_require_tls = security == "starttls"
        taken_on.append(one)
        return one

    with _listening(protocol, context if outer else None, taken_on) as port:
        made.port = port
        yield made


@contextlib.contextmanager
def _listening(protocol: Callable[[], SMTP], outer: ssl.SSLContext | None, taken_on: list[SMTP]) -> Iterator[int]:
    """A loop in a thread of its own that answers on a free port; no connection of `taken_on` outlives it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="mail server", daemon=True)
    thread.start()

    async def begin() -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=outer)

    async def end(listening: asyncio.Server) -> None:
        listening.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        for transport in [part for one in taken_on for part in (one.transport, one._original_transport)]:
            if transport is not None:
                transport.abort()  # type: ignore[attr-defined] # a socket's can
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    listening = asyncio.run_coroutine_threadsafe(begin(), loop).result(_PATIENCE)
    try:
        yield int(listening.sockets[0].getsockname()[1])
    finally:
        asyncio.run_coroutine_threadsafe(end(listening), loop).result(_PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_PATIENCE)
        loop.close()
