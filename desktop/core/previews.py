"""Small pictures of files as this computer keeps them: fetched once, sealed like any other file, found by the file."""

from contextlib import closing
from typing import Protocol

from desktop.core.api_client import API, ApiClient
from desktop.core.api_errors import ApiError
from desktop.core.erasures import PREVIEW
from desktop.core.file_queue import Facts
from desktop.core.file_store import FileStore
from shared.core.errors import CampusError

MOST_BYTES = 100_000
_JPEG = b"\xff\xd8\xff"
_NONE = ""


class Keeps(Facts, Protocol):
    """What is needed of the local store."""

    @property
    def kept_files(self) -> FileStore:
        """The files kept beside it."""


class Previews:
    """Small pictures by the SHA-256 of their files (64 hex digits). Calls block and are safe on any thread."""

    def __init__(self, store: Keeps, client: ApiClient | None) -> None:
        self._store, self._client = store, client

    def kept(self, sha256: str) -> bytes | None:
        """Return the small picture that is on this computer, or None."""
        known = self._store.recall(PREVIEW + sha256)
        if not known:
            return None
        try:
            with closing(self._store.kept_files.open(known)) as file:
                return file.read()
        except CampusError:
            return None

    def has_none(self, sha256: str) -> bool:
        """Tell whether the server said once that this file has no small picture."""
        return bool(self._store.recall(PREVIEW + sha256) == _NONE)

    def fetch(self, sha256: str, *, final: bool = True) -> bytes | None:
        """Ask the server once and keep what comes; None where the file has none. `final`: then nobody asks again.

        Raises ApiError while it can't be had: `preview_waiting` says that it is being made, with `retry_after`.
        """
        if self._client is None:
            return None
        try:
            content = self._client.download(f"{API}/files/{sha256}/preview", max_bytes=MOST_BYTES, once=True)
        except ApiError as problem:
            if problem.code != "preview_missing":
                raise
            if final:
                self._store.remember(PREVIEW + sha256, _NONE)
            return None
        if not content.startswith(_JPEG):
            return None
        self.keep(sha256, content)
        return content

    def keep(self, sha256: str, content: bytes) -> None:
        """Keep a small picture; where the disk is full it is shown and not kept."""
        try:
            self._store.remember(PREVIEW + sha256, self._store.kept_files.put_content(content))
        except CampusError as problem:
            if problem.code != "disk_full":
                raise
