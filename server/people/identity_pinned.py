"""A connection that goes to the very address that was checked: a name that leads elsewhere later gains nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    import requests


def pinned_session(host: str | None, address: str | None) -> requests.Session:
    """Return a session without proxy or .netrc; with an `address`, https to `host` goes there and nowhere else.

    The certificate is still that of the host. Other hosts can't be asked in such a session.
    """
    import requests
    from requests.adapters import HTTPAdapter

    class Pinned(HTTPAdapter):
        """Puts the address in the place of the name, which TLS and the server are told all the same."""

        def init_poolmanager(self, *args: Any, **more: Any) -> None:
            super().init_poolmanager(*args, server_hostname=host, assert_hostname=host, **more)

        def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
            parts = urlsplit(str(request.url))
            if (parts.hostname or "").lower() != host:
                message = f"this connection is for {host} only"
                raise requests.exceptions.InvalidURL(message)
            place = f"[{address}]" if ":" in str(address) else str(address)
            request.headers["Host"] = parts.netloc
            netloc = f"{place}:{parts.port}" if parts.port else place
            request.url = urlunsplit(parts._replace(netloc=netloc))
            return super().send(request, *args, **more)

    session = requests.Session()
    session.trust_env = False
    if address is not None:
        session.adapters.clear()
        session.mount("https://", Pinned())
    return session
