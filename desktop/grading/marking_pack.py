"""The files of a class as a pack to take along: what is here, what is still to come, and what stands in its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.desk import Desk
from desktop.core.file_queue import REFUSED
from desktop.core.file_transfer import FileTransfer, Wanted
from desktop.core.film_copies import given_up, kept_as, picked, unknown
from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_store import Bench
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.vocabulary import FileState

_AWAY = frozenset({FileState.WAITING, FileState.QUARANTINED})


@dataclass(frozen=True)
class Pack:
    """`files` in all, `missing` ones with their size; `coming`: they are being fetched; `why`: what was refused."""

    files: int
    missing: tuple[Wanted, ...]
    smaller: int = 0
    """How many of the missing ones are smaller copies of films."""
    saved: int = 0
    """How many bytes less those have than their films."""
    coming: bool = False
    why: str = ""

    @property
    def to_come(self) -> int:
        """Bytes that aren't here."""
        return sum(one.bytes for one in self.missing)


def files_of(lines: Sequence[WorkLine]) -> list[Wanted]:
    """Return the files of the attempts that count, each once, that the server has and gives out."""
    found = {
        one["sha256"]: Wanted(one["sha256"], one["bytes"], one["name"])
        for line in lines
        for one in (line.submission or {}).get("files") or ()
        if one.get("state") not in _AWAY
    }
    return list(found.values())


def pack_of(desk: Desk, bench: Bench) -> Pack:
    """Return how much of a class's work is on this computer."""
    wanted = files_of(bench.lines)
    away = [one for one in wanted if kept_as(desk.store, one.sha256) is None]
    missing = tuple(picked(desk.store, one, pack=True) for one in away)
    smaller = [(film, copy) for film, copy in zip(away, missing, strict=True) if film is not copy]
    saved = sum(film.bytes - copy.bytes for film, copy in smaller)
    hashes = {one.sha256 for one in missing}
    moving = [one for one in desk.files.waiting() if one.direction == "down"] if desk.files is not None else []
    ours = [one for one in moving if one.sha256 in hashes]
    why = next((one.sentence for one in ours if one.state == REFUSED), "")
    coming = any(one.state != REFUSED for one in ours)
    return Pack(len(wanted), missing, len(smaller), saved, coming=coming, why=why)


def unknown_films(desk: Desk, bench: Bench) -> list[Wanted]:
    """Return the films of a class's work of which this computer doesn't know whether there are smaller copies."""
    return [one for one in unknown(desk.store, files_of(bench.lines)) if kept_as(desk.store, one.sha256) is None]


def take_along(desk: Desk, wanted: Sequence[Wanted]) -> None:
    """Fetch files now, or as soon as there is a network. Raises CampusError `disk_full`, `no_server`."""
    if desk.files is None:
        raise CampusError("no_server", text("No server is known to this computer. Sign in to one first."))
    desk.files.fetch(tried_again(desk, desk.files, wanted))


def tried_again(desk: Desk, files: FileTransfer, wanted: Sequence[Wanted]) -> list[Wanted]:
    """Take refused files off the list so that they are tried again; for a refused smaller copy comes its film."""
    refused = {one.sha256 for one in files.waiting() if one.direction == "down" and one.state == REFUSED}
    for one in wanted:
        if one.sha256 in refused:
            files.dismiss("down", one.sha256)
    return [given_up(desk.store, one) if one.sha256 in refused else one for one in wanted]


def leave_behind(desk: Desk, pack: Pack) -> None:
    """Stop fetching; whole files stay. Blocks until the piece that is under way has ended."""
    if desk.files is not None:
        desk.files.call_off("down", [one.sha256 for one in pack.missing])
