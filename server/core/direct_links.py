"""Links by which a client brings a file straight to the store, to a place that nothing is served from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import BinaryIO, Literal
from urllib.parse import urlsplit

_OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Arrival:
    """What may come by a link: name at the store, size in bytes, media type, SHA-256 (64 hex digits)."""

    name: str
    size: int
    media: str
    sha256: str


@dataclass(frozen=True)
class DirectLink:
    """The one request that brings a file in.

    PUT: the file is the body. POST: a form (multipart) of the `fields` as they stand, and then the file, as `file`.
    """

    method: Literal["PUT", "POST"]
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Landing:
    """Where files come to be looked at, under names of ours.

    `largest` is how many bytes one request may bring. `link` signs a request for one file alone, and asks the store
    nothing. The others raise CampusError `file_store_away`: `size` gives the bytes that have come under a name (None:
    nothing has), `open` what has come, being of that size, and `remove` deletes it where it is there.
    """

    largest: int
    link: Callable[[Arrival, timedelta], DirectLink]
    size: Callable[[str], int | None]
    open: Callable[[str, int], BinaryIO]
    remove: Callable[[str], None]


def landing_name(organisation_id: str, upload_id: str) -> str:
    """Return what an upload is called at the store until it was looked at."""
    return f"incoming/{organisation_id}/{upload_id}"


def is_for_clients(address: str) -> bool:
    """Tell whether clients may be sent to an address: encrypted, or on the very same machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in _OWN_MACHINE
