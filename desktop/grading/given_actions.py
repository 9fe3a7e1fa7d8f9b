"""What is done with files that are given with work: kept here when they are chosen, sent when the work is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core.desk import Desk
from desktop.core.file_queue import REFUSED
from desktop.core.file_transfer import Chosen, Wanted
from desktop.core.film_copies import kept_as, original, picked
from desktop.grading.marking_pack import tried_again
from shared.core.errors import CampusError
from shared.core.file_limits import FilePurpose
from shared.core.text import text

Body = Mapping[str, Any]
MOST_GIVEN = 20
"""How many files are given with one piece of work at most."""


@dataclass(frozen=True)
class Given:
    """What became of files that someone chose: those kept, and a sentence for each that wasn't."""

    files: tuple[Body, ...]
    refused: tuple[str, ...]


def keep_given(desk: Desk, there: Sequence[Body], paths: Sequence[Path]) -> Given:
    """Check files by their content and keep copies of them on this computer; takes a while for large ones."""
    files, refused = list(there), []
    for path in paths:
        try:
            files.append(_kept(desk, files, path))
        except CampusError as problem:
            refused.append(problem.message)
    return Given(tuple(files[len(there) :]), tuple(refused))


def _kept(desk: Desk, there: Sequence[Body], path: Path) -> Body:
    if desk.files is None:
        raise CampusError("no_server", text("No server is known to this computer. Sign in to one first."))
    if len(there) >= MOST_GIVEN:
        raise CampusError("too_many_files", text("At most {n} files can be given with work.", n=MOST_GIVEN))
    chosen = desk.files.choose(path, purpose=FilePurpose.COURSE_MATERIAL)
    if any(one["sha256"] == chosen.sha256 for one in there):
        raise CampusError("file_twice", text("“{name}” is there already.", name=chosen.name))
    return {"sha256": chosen.sha256, "name": chosen.name, "bytes": chosen.bytes, "type": chosen.type}


def send_given(desk: Desk, files: Sequence[Body]) -> None:
    """Send those files that are kept here; what is on the server already goes no second time."""
    if desk.files is not None:
        kept = [one for one in files if desk.files.files.exists(one["sha256"])]
        desk.files.send([Chosen(one["sha256"], one["name"], one["bytes"], one["type"]) for one in kept])


def fetch_given(desk: Desk, files: Sequence[Body], *, pack: bool = False) -> None:
    """Fetch files that aren't here yet; one that didn't come is tried again. `pack`: to be taken along.

    Raises CampusError `disk_full`.
    """
    if desk.files is not None:
        desk.files.fetch(tried_again(desk, desk.files, to_come(desk, files, pack=pack)))


def to_come(desk: Desk, files: Sequence[Body], *, pack: bool) -> list[Wanted]:
    """Return what is to be fetched of files: those that aren't here, films as smaller copies where that is wanted."""
    return [picked(desk.store, one, pack=pack) for one in away(desk, files)]


def away(desk: Desk, files: Sequence[Body]) -> list[Wanted]:
    """Return the files that aren't on this computer in any size."""
    wanted = [Wanted(one["sha256"], int(one["bytes"]), str(one["name"])) for one in files]
    return [one for one in wanted if kept_as(desk.store, one.sha256) is None]


def coming(desk: Desk) -> dict[str, str]:
    """Return by hash the files that are fetched in any size, each with why it didn't come, empty while it may."""
    moving = [one for one in desk.files.waiting() if one.direction == "down"] if desk.files is not None else []
    return {original(desk.store, one.sha256): one.sentence if one.state == REFUSED else "" for one in moving}


def here(desk: Desk, files: Sequence[Body]) -> dict[str, bool]:
    """Return by hash whether files, or smaller copies of them, are on this computer."""
    return {one["sha256"]: kept_as(desk.store, one["sha256"]) is not None for one in files}
