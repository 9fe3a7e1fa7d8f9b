"""Opens a zip only after it has proved harmless: names, count, sizes, checksums; nothing is ever unpacked to disk."""

import io
import stat
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from server.learning.roster.limits import MIB, ReadLimits
from server.learning.roster.sentences import unreadable

CHUNK = 1 * MIB
ENCRYPTED_FLAG = 0x1
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError)
XML_DANGERS = tuple(mark.encode(coding) for mark in ("<!DOCTYPE", "<!ENTITY") for coding in ("utf-8", "utf-16-le"))
# Left by the file managers of other systems; never part of what a person packed.
CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class RosterArchive:
    """A checked zip; `names` are its files without folders and clutter. Close it, or use it in a `with`.

    Raises CampusError (`roster_zip_...`) when it is no zip, encrypted, oversized, or has names with paths that climb.
    """

    def __init__(self, path: Path, label: str, limits: ReadLimits) -> None:
        self.label = label
        self._limits = limits
        try:
            self._zip = zipfile.ZipFile(path)
        except DAMAGE as reason:
            raise unreadable("roster_zip_damaged", file=label) from reason
        try:
            self._entries = self._checked_entries()
        except BaseException:
            self._zip.close()
            raise

    @property
    def names(self) -> list[str]:
        """The files in the order of the zip's directory."""
        return list(self._entries)

    def open(self, name: str) -> IO[bytes]:
        """Return the unpacked bytes of one file as a stream."""
        return io.BufferedReader(self._zip.open(self._entries[name]), CHUNK)  # type: ignore[type-var]  # a zip's member reads like a raw stream

    def verify(self, name: str, *, is_xml: bool = False) -> None:
        """Read one file to its end and check its real size and checksum, and that XML brings no entities along.

        Raises CampusError `roster_zip_damaged` or `roster_zip_too_large`.
        """
        size, tail = 0, b""
        try:
            with self.open(name) as stream:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    if size > self._limits.max_unpacked_bytes:
                        raise self._too_large()
                    if is_xml and any(mark in tail + chunk for mark in XML_DANGERS):
                        raise unreadable("roster_workbook_damaged", file=self.label)
                    tail = chunk[-32:]
        except DAMAGE as reason:
            raise unreadable("roster_zip_damaged", file=self.label) from reason

    def close(self) -> None:
        """Give the file back."""
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _checked_entries(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        limits = self._limits
        if len(infos) > limits.max_entries:
            raise unreadable("roster_zip_too_many_files", file=self.label, found=len(infos), limit=limits.max_entries)
        entries: dict[str, zipfile.ZipInfo] = {}
        declared = 0
        for info in infos:
            self._check_name(info)
            if info.flag_bits & ENCRYPTED_FLAG:
                raise unreadable("roster_zip_encrypted", file=self.label)
            declared += info.file_size
            bomb = info.file_size > limits.ratio_from_bytes and info.file_size > limits.max_ratio * info.compress_size
            if bomb or declared > limits.max_unpacked_bytes:
                raise self._too_large()
            if info.is_dir() or _is_clutter(info.filename):
                continue
            if info.filename in entries:
                raise unreadable("roster_zip_names_clash", file=self.label, name=info.filename)
            entries[info.filename] = info
        return entries

    def _check_name(self, info: zipfile.ZipInfo) -> None:
        name = info.orig_filename
        climbs = ".." in name.replace("\\", "/").split("/")
        absolute = name.startswith(("/", "\\")) or ":" in name
        # A backslash is a folder on one system and a sign on another; zipfile turns only the host's own into "/".
        odd = "\0" in name or "\\" in name or not name or not name.isprintable()
        link = stat.S_ISLNK(info.external_attr >> 16)
        if climbs or absolute or odd or link:
            shown = "".join(sign if sign.isprintable() else "?" for sign in name[:80])
            raise unreadable("roster_zip_names_unsafe", file=self.label, name=shown)

    def _too_large(self) -> Exception:
        return unreadable("roster_zip_too_large", file=self.label, limit_mib=self._limits.max_unpacked_bytes // MIB)


def _is_clutter(name: str) -> bool:
    base = name.rsplit("/", 1)[-1]
    return name.startswith(CLUTTER[0]) or base in CLUTTER[1:] or base.startswith("._")
