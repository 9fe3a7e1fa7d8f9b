"""First words with a server, before anyone is signed in: is it there, which institute, which sample people."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from desktop.core import api_errors
from desktop.core.certificates import OfficeCertificate, check_address, first_contact
from desktop.core.entry_calls import Ways
from desktop.core.http_transport import HttpTransport
from desktop.core.settings import Server
from desktop.core.transport import Request, Transport
from shared.core.errors import CampusError
from shared.core.text import text

_SHORT = 6.0
_CODE = re.compile(
    r"campusdesk:(?P<address>https?://[^?\s]+)"
    r"(?:\?(?:fingerprint=(?P<pin>[0-9A-Fa-f]{64}))?&?(?:institute=(?P<institute>[a-z0-9-]{1,60}))?)?"
)
_GROUPS = 4

MakeTransport = Callable[[Server], Transport]


@dataclass(frozen=True)
class SamplePerson:
    """Someone whom a sample institute's sign-in page offers, with the password that lets anyone try the role."""

    organisation: str
    name: str
    role: str
    username: str
    password: str


@dataclass(frozen=True)
class Contact:
    """A server met for the first time; `office` is None on this computer itself, where nothing needs a certificate.

    `compared` tells that the fingerprint came with the address, in the office's QR code, and was the same; `institute`
    is the short name that came with them.
    """

    url: str
    office: OfficeCertificate | None = None
    compared: bool = False
    institute: str = ""

    @property
    def groups(self) -> tuple[str, ...]:
        """The fingerprint in lines of four groups, as people compare it."""
        words = self.office.fingerprint.split(" ") if self.office else []
        return tuple("  ".join(words[at : at + _GROUPS]) for at in range(0, len(words), _GROUPS))

    def server(self, organisation: str = "", name: str = "") -> Server:
        """Return what is kept of this server."""
        office = self.office
        return Server(
            url=self.url,
            organisation=organisation,
            name=name,
            pin=office.pin if office else None,
            certificate=office.pem if office else None,
        )


def transport_to(server: Server) -> HttpTransport:
    """Return the real network to a server, with its office's certificate pinned."""
    pinned = OfficeCertificate(server.certificate, server.pin) if server.certificate and server.pin else None
    return HttpTransport(server.url, pinned)


def meet(typed: str) -> Contact:
    """Meet a server by its address, or by the words of the office's QR code.

    Raises CampusError for an address that can't be used or reached, and `fingerprint_differs` when the code names
    another fingerprint than the server shows.
    """
    code = _CODE.fullmatch(typed.strip())
    address = code["address"] if code else typed.strip()
    if "://" not in address:
        address = f"https://{address}"
    url = check_address(address)
    slug = (code["institute"] or "") if code else ""
    if url.startswith("http:"):
        return Contact(url, institute=slug)
    office = first_contact(url)
    pin = code["pin"] if code else None
    if pin and pin.lower() != office.pin.lower():
        raise CampusError(
            "fingerprint_differs",
            text(
                "The server at {address} isn't the one that the code was made for, so nothing was sent to it. Ask the"
                " administrator.",
                address=url,
            ),
        )
    return Contact(url, office, compared=bool(pin), institute=slug)


def _asked(transport: Transport, path: str) -> Any:
    reply = transport.send(Request("GET", path, {"Accept": "application/json"}, timeout=_SHORT))
    if reply.status >= 400:
        raise api_errors.from_reply(reply.status, reply.headers, reply.body)
    try:
        return json.loads(reply.body)
    except ValueError as problem:
        raise api_errors.unexpected(problem) from problem


def is_there(transport: Transport) -> bool:
    """Tell whether the server answers; a changed certificate raises, since that is no matter of the network."""
    try:
        _asked(transport, "/api/health")
    except CampusError as problem:
        if problem.code in {api_errors.CERTIFICATE_CHANGED, "certificate_not_valid_now"}:
            raise
        return False
    return True


def institute(transport: Transport, slug: str) -> str:
    """Return the name of the institute with this short name; CampusError where the server doesn't have it."""
    data = _asked(transport, f"/api/v1/organisations/public?{urlencode({'slug': slug.strip().lower()})}")["data"]
    return str(data["name"])


def ways_in(transport: Transport, slug: str) -> Ways:
    """Return by what ways people come in at an institute; none beside the password on a server that doesn't say."""
    try:
        return Ways.told(_asked(transport, f"/api/v1/auth/ways-in?{urlencode({'organisation': slug})}")["data"])
    except CampusError:
        return Ways()


def waits_for_set_up(transport: Transport, slug: str) -> bool:
    """Tell whether an institute has no administrator yet and waits for being set up with a code."""
    try:
        return bool(_asked(transport, f"/api/v1/set-up?{urlencode({'organisation': slug})}")["data"]["waiting"])
    except (CampusError, KeyError, TypeError):
        return False


def sample_people(transport: Transport) -> list[SamplePerson]:
    """Return the people of a sample institute, or nobody on every other server."""
    try:
        rows = _asked(transport, "/api/v1/demo/people")["data"]
    except CampusError:
        return []
    names = SamplePerson.__dataclass_fields__
    return [SamplePerson(**{name: str(row.get(name, "")) for name in names}) for row in rows]
