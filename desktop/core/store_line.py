"""The network to the store of files, where the server's links lead: a stranger, which is told nothing but the file."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from desktop.core.api_errors import ApiError, Sort, no_network
from desktop.core.certificates import check_address
from desktop.core.transport import Cancel, Progress
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text

_WAIT = (10.0, 60.0)


class StoreLink(StrictModel):
    """What the server answers to who wants to bring a file to the store: one request, as it stands."""

    method: Literal["PUT", "POST"]
    url: str
    headers: dict[str, str]
    fields: dict[str, str]


class _Body:
    """The bytes of a request whose length is known: a store wants it told, and takes nothing in chunks."""

    def __init__(self, pieces: Iterable[bytes], size: int, around: tuple[bytes, bytes]) -> None:
        self._pieces, self._size, self._around = pieces, size, around

    def __len__(self) -> int:
        return self._size + sum(map(len, self._around))

    def __iter__(self) -> Iterator[bytes]:
        before, after = self._around
        if before:
            yield before
        yield from self._pieces
        if after:
            yield after


class StoreLine:
    """Sends a file as a link says. The sign-in never goes along, and an answer that leads elsewhere is a refusal."""

    def send(
        self, link: StoreLink, pieces: Iterable[bytes], size: int, progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> None:  # fmt: skip
        """Send `size` bytes. Raises ApiError where the store can't be reached or says no, CampusError `cancelled`."""
        import requests

        try:
            check_address(link.url)
        except CampusError as problem:
            raise refused(0) from problem

        headers, around = dict(link.headers), (b"", b"")
        if link.method == "POST":
            kind, around = _form(link.fields)
            headers["Content-Type"] = kind
        body = _Body(_told(pieces, size, progress, cancel), size, around)
        headers["Content-Length"] = str(len(body))
        try:
            with requests.Session() as connection:
                # A password file of this computer would put a sign-in of its own into the request.
                connection.trust_env = False
                reply = connection.request(
                    link.method, link.url, data=body, headers=headers, timeout=_WAIT, allow_redirects=False
                )
        except requests.exceptions.RequestException as problem:
            raise no_network(type(problem).__name__) from problem
        if not 200 <= reply.status_code < 300:
            raise refused(reply.status_code)


def refused(status: int) -> ApiError:
    """The error when a store doesn't take a file by a link."""
    message = text("The store of files didn't take this. It goes by way of the server.")
    return ApiError(Sort.SERVER, "store_refused", message, {"status": status}, status)


def _form(fields: Mapping[str, str]) -> tuple[str, tuple[bytes, bytes]]:
    """Return the media type of a form, and what goes before the file in it and behind."""
    mark = secrets.token_hex(16)
    told = "".join(
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    last = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n'
    before = f"{told}{last}Content-Type: application/octet-stream\r\n\r\n"
    return f"multipart/form-data; boundary={mark}", (before.encode(), f"\r\n--{mark}--\r\n".encode())


def _told(pieces: Iterable[bytes], size: int, progress: Progress | None, cancel: Cancel | None) -> Iterator[bytes]:
    done = 0
    for piece in pieces:
        if cancel is not None:
            cancel.check()
        yield piece
        done += len(piece)
        if progress is not None:
            progress(done, size)
