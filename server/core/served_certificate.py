"""The certificate that the server shows: taken anew from disk when it was renewed, while the server runs."""

import logging
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from server.core.office_certificate import office_files, renew_leaf, server_context
from server.core.own_names import machine_names
from server.core.settings import Settings
from server.core.upload_lock import PartLock
from shared.core.errors import CampusError
from shared.core.text import text

LOOK_SECONDS = 60.0
RENEW_SECONDS = 43_200.0
_log = logging.getLogger(__name__)


class CertificateFiles(Protocol):
    """Where a certificate with its chain and its key lie, as PEM."""

    @property
    def leaf(self) -> Path:
        """The server's certificate, followed by those above it."""

    @property
    def leaf_key(self) -> Path:
        """Its key."""


@dataclass(frozen=True)
class OwnCertificate:
    """A public certificate that the settings name, as an ACME client keeps it."""

    leaf: Path
    leaf_key: Path


def served_files(settings: Settings) -> CertificateFiles:
    """Return the certificate that the settings name, or the office's own. Raises CampusError `settings_invalid`."""
    leaf, leaf_key = settings.certificate_file, settings.certificate_key_file
    if leaf is not None and leaf_key is not None:
        return OwnCertificate(leaf, leaf_key)
    if leaf is not None or leaf_key is not None:
        message = text("A certificate needs its key, too: set both certificate_file and certificate_key_file.")
        raise CampusError("settings_invalid", message)
    return office_files(settings.data_dir)


def renewing_context(
    files: CertificateFiles, monotonic: Callable[[], float], renew: Callable[[], object] = int
) -> ssl.SSLContext:
    """Return a TLS context that shows what lies on disk, looked at once a minute; connections under way stay.

    `renew` is called twice a day. A certificate that can't be read is written to the log, and the one before goes on
    being shown.
    """
    outer = server_context(files)
    watch = _Watch(files, monotonic, outer, renew)

    def choose(connection: ssl.SSLObject | ssl.SSLSocket, _name: str | None, _context: ssl.SSLContext) -> None:
        present = watch.present()
        if present is not outer:
            connection.context = present

    outer.sni_callback = choose
    return outer


class _Watch:
    """Notices that the files changed."""

    def __init__(
        self,
        files: CertificateFiles,
        monotonic: Callable[[], float],
        first: ssl.SSLContext,
        renew: Callable[[], object],
    ) -> None:
        self._files, self._monotonic, self._renew = files, monotonic, renew
        self._present, self._mark = first, _mark(files)
        self._looked = self._renewed = monotonic()

    def present(self) -> ssl.SSLContext:
        """Return the context of now."""
        now = self._monotonic()
        if now - self._looked < LOOK_SECONDS:
            return self._present
        self._looked = now
        try:
            if now - self._renewed >= RENEW_SECONDS:
                self._renewed = now
                self._renew()
            mark = _mark(self._files)
            if mark != self._mark:
                self._present = server_context(self._files)
                self._mark = mark
                _log.info("The server shows a renewed certificate")
        except (OSError, CampusError) as problem:
            # Between two files being written they don't fit each other; in a minute they do.
            _log.warning("The renewed certificate can't be used yet: %s", problem)
        return self._present


def _mark(files: CertificateFiles) -> tuple[int, ...]:
    found = [path.stat() for path in (files.leaf, files.leaf_key)]
    return tuple(value for one in found for value in (one.st_mtime_ns, one.st_size))


def renew_office_certificate(settings: Settings, now: datetime) -> int:
    """Make the office's certificate anew where its time comes; returns how many were made. One process does it.

    Nothing is done where the settings name a certificate, where there is no TLS, and where no authority was made.
    """
    files = office_files(settings.data_dir)
    if settings.plain_http or settings.certificate_file is not None or not files.authority.exists():
        return 0
    found = machine_names() if settings.find_own_names else ()
    with suppress(CampusError), PartLock(files.folder / "renewing.lock"):  # another process is at it
        return int(renew_leaf(files, [*settings.certificate_names, *found], now))
    return 0
