"""Asks an identity provider over the network: by https, at public addresses, without redirects, for small answers.

The issuer comes from an administrator's form, so that it must not lead to what only this server reaches. A host in the
setting `identity_hosts` may be private, and on this machine itself without TLS: an office's own provider.
"""

import ipaddress
import json
import logging
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from server.people.identity_pinned import pinned_session
from shared.core.errors import CampusError
from shared.core.text import text

MOST_BYTES = 256_000
_SECONDS = (5, 10)
_OK = 200
_log = logging.getLogger(__name__)
Resolve = Callable[[str, int], Iterable[str]]


def addresses_of(host: str, port: int) -> list[str]:
    """Return the addresses that a host has; raises OSError where it has none."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True)
class Outbound:
    """The way out. `allowed` are hosts that may be private; `resolve` is the real one unless a test says so."""

    allowed: frozenset[str] = frozenset()
    resolve: Resolve = addresses_of

    def check(self, address: str) -> str:
        """Return an address that may be asked. Raises CampusError `provider_address`."""
        self._checked(address)
        return address

    def _checked(self, address: str) -> tuple[str, str | None]:
        """Return the host, and the network address that the connection is to go to; None where any will do."""
        parts, port = _parts(address)
        host = (parts.hostname or "").lower()
        if not host or parts.username or parts.password or parts.fragment or port is None:
            raise _address_refused(address)
        listed = host in self.allowed
        if parts.scheme != "https" and not (parts.scheme == "http" and listed and _is_this_machine(host)):
            raise _address_refused(address)
        if listed:
            return host, None
        try:
            found = list(self.resolve(host, port))
        except OSError as failure:
            raise provider_away(f"{host} has no address") from failure
        if not found or not all(ipaddress.ip_address(one.partition("%")[0]).is_global for one in found):
            raise _address_refused(address)
        return host, found[0]

    def get(self, address: str) -> dict[str, Any]:
        """Return the JSON object at an address. Raises CampusError `provider_away` or `provider_address`."""
        return self._ask("GET", address)[1]

    def post(
        self, address: str, form: Mapping[str, str], basic: tuple[str, str] | None = None
    ) -> tuple[bool, dict[str, Any]]:
        """Send a form; returns whether it was taken, and the JSON object that came back."""
        return self._ask("POST", address, form, basic)

    def _ask(
        self,
        method: str,
        address: str,
        form: Mapping[str, str] | None = None,
        basic: tuple[str, str] | None = None,
    ) -> tuple[bool, dict[str, Any]]:
        import requests

        try:
            # What was checked is what is asked: the name isn't looked up a second time.
            with pinned_session(*self._checked(address)) as session, session.request(
                method, address, data=form, auth=basic, timeout=_SECONDS, allow_redirects=False, stream=True,
                headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            ) as reply:  # fmt: skip
                body = reply.raw.read(MOST_BYTES + 1, decode_content=False)
                status = reply.status_code
        except (requests.RequestException, OSError) as failure:
            raise provider_away(type(failure).__name__) from failure
        return _read(method, status, body)


def provider_away(reason: str) -> CampusError:
    """Return what a person is told while a provider doesn't answer; the reason goes to the log alone."""
    _log.info("An identity provider can't be used: %s", reason[:200])
    message = text("The provider doesn't answer as it should. Try again, or sign in with your password.")
    return CampusError("provider_away", message)


def _read(method: str, status: int, body: bytes) -> tuple[bool, dict[str, Any]]:
    # A refusal of a form is an answer, too; everything else has to be a plain success.
    is_answer = status == _OK or (method == "POST" and status in {400, 401})
    if not is_answer or len(body) > MOST_BYTES:
        raise provider_away(f"status {status}, {len(body)} bytes")
    try:
        content = json.loads(body)
    except ValueError as failure:
        raise provider_away("no JSON") from failure
    if not isinstance(content, dict):
        raise provider_away("no JSON object")
    return status == _OK, content


def _parts(address: str) -> tuple[Any, int | None]:
    try:
        parts = urlsplit(address)
        return parts, parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return urlsplit(""), None


def _is_this_machine(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"}


def _address_refused(address: str) -> CampusError:
    message = text(
        "{address} can't be used as a provider's address. It begins with https and leads to a public server.",
        address=address[:120],
    )
    return CampusError("provider_address", message)
