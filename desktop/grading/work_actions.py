"""What students do with a piece of work: add files, keep a draft, hand it in, also without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core.desk import Desk
from desktop.core.file_transfer import Chosen
from desktop.core.outbox import Ask
from desktop.grading.work_store import Content, OwnWork, content_of, why_not
from desktop.timetable.times import local_now, zone_of
from shared.core.errors import CampusError
from shared.core.file_names import ending_of, safe_name
from shared.core.file_types import TYPES, type_of_name
from shared.core.text import text
from shared.grading.file_kind_rules import kinds_taken
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import FileState
from shared.grading.work_rules import content_fault

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Added:
    """What became of files that someone gave: those taken, and a sentence for each that wasn't."""

    files: tuple[Body, ...]
    refused: tuple[str, ...]


def add_files(desk: Desk, work: OwnWork, there: Sequence[Body], paths: Sequence[Path]) -> Added:
    """Check files by their content and keep copies of them on this computer; takes a while for large ones."""
    files, refused = list(there), []
    for path in paths:
        try:
            files.append(_taken(desk, work, files, path))
        except CampusError as problem:
            refused.append(problem.message)
    return Added(tuple(files[len(there) :]), tuple(refused))


def _taken(desk: Desk, work: OwnWork, there: Sequence[Body], path: Path) -> Body:
    if desk.files is None:
        raise CampusError("no_server", text("No server is known to this computer. Sign in to one first."))
    most, name = int(work.assignment["most_files"]), safe_name(path.name)
    if len(there) >= most:
        message = text("“{name}” was left out: at most {n} files can be handed in.", name=name, n=most)
        raise CampusError("too_many_files", message)
    if any(one["name"] == name for one in there):
        message = text("“{name}” is there already. Remove it first, or give the new one another name.", name=name)
        raise CampusError("file_name_twice", message)
    endings = kinds_taken(work.assignment)
    chosen = desk.files.choose(path, _words(endings), int(work.assignment["most_bytes"]))
    if any(one["sha256"] == chosen.sha256 for one in there):
        raise CampusError("file_twice", text("“{name}” has the same content as a file that is there.", name=name))
    file = _named(chosen, endings)
    fault = content_fault(work.assignment, {"files": [*there, file]})
    if fault is not None:
        raise _error(fault)
    return file


def check_take(desk: Desk, work: OwnWork, there: Sequence[Body]) -> None:
    """Raise CampusError where a recording that is begun now couldn't be kept at its end."""
    if desk.files is None:
        raise CampusError("no_server", text("No server is known to this computer. Sign in to one first."))
    if len(there) >= int(work.assignment["most_files"]):
        words = text("All files that can be handed in are there. Remove one, then record.")
        raise CampusError("too_many_files", words)
    desk.files.files.check_room(int(work.assignment["most_bytes"]))


def keep_take(desk: Desk, work: OwnWork, there: Sequence[Body], content: bytes, ending: str) -> Body:
    """Keep a recording that was made here as a file beside those that are there, named by the time.

    Raises what `check_take` and `FileTransfer.choose_content` do.
    """
    if desk.files is None:
        raise CampusError("no_server", text("No server is known to this computer. Sign in to one first."))
    zone = zone_of(desk)
    name = text("Recording {time}", time=f"{local_now(desk, zone):%Y-%m-%d %H.%M}")
    taken, named, count = {one["name"] for one in there}, f"{name}.{ending}", 1
    while named in taken:
        count += 1
        named = f"{name} ({count}).{ending}"
    chosen = desk.files.choose_content(named, content, (), int(work.assignment["most_bytes"]))
    file = {"sha256": chosen.sha256, "name": chosen.name, "bytes": chosen.bytes, "type": chosen.type}
    fault = content_fault(work.assignment, {"files": [*there, file]}, finished=False)
    if fault is not None:
        raise _error(fault)
    return file


def _words(endings: frozenset[str]) -> frozenset[str]:
    """Return the types that an assignment's endings stand for."""
    words = {one if one in TYPES else type_of_name(f"file.{one}") for one in endings}
    return frozenset(one for one in words if one is not None)


def _named(chosen: Chosen, endings: frozenset[str]) -> Body:
    """Where an assignment names endings (`py`), the file goes by its own and not by the type they belong to."""
    ending = ending_of(chosen.name)
    kind = ending if ending in endings else chosen.type
    return {"sha256": chosen.sha256, "name": chosen.name, "bytes": chosen.bytes, "type": kind}


def save_work(desk: Desk, work: OwnWork, content: Content) -> bool:
    """Keep unfinished work; False where it is kept already. Raises CampusError with the codes of `content_fault`."""
    if content.plain == work.content.plain:
        return False
    fault = content_fault(work.assignment, _body(content), finished=False)
    if fault is not None:
        raise _error(fault)
    _commit(desk, work, content, "SaveWork")
    return True


def hand_in(desk: Desk, work: OwnWork, content: Content) -> None:
    """Hand work in at this device's time, which counts; a further hand-in is a further attempt.

    Raises CampusError `work_unchanged` and the codes of `why_not` and `content_fault`.
    """
    fault = why_not(desk, work) or content_fault(work.assignment, _body(content))
    if fault is not None:
        raise _error(fault)
    if work.counts is not None and content_of(work.counts).plain == content.plain:
        raise CampusError("work_unchanged", text("This is what you handed in already. Change it first."))
    _commit(desk, work, content, "HandIn")


def _commit(desk: Desk, work: OwnWork, content: Content, kind: str) -> None:
    # The files are on their way before the work names them: a crash between leaves nothing that never comes.
    send_files(desk, content)
    begun = work.begun
    target, base = (begun["id"], begun["revision"]) if begun is not None else (desk.ids(), None)
    payload = {"assignment_id": work.id, "enrolment_id": work.enrolment_id, **_body(content)}
    desk.commit([Ask(kind, target, payload, base=base)])


def send_files(desk: Desk, content: Content) -> None:
    """Send those files that are kept here and not on the server yet; what waits already goes once."""
    if desk.files is not None:
        kept = [
            one
            for one in content.files
            if one.get("state") != FileState.STORED and desk.files.files.exists(one["sha256"])
        ]
        desk.files.send([Chosen(one["sha256"], one["name"], one["bytes"], one["type"]) for one in kept])


def leave_out(desk: Desk, work: OwnWork, sha256: str) -> None:
    """Stop sending a file that no attempt names any more. Blocks until the piece that is under way has ended."""
    if desk.files is not None and not any(one["sha256"] == sha256 for each in work.attempts for one in each["files"]):
        desk.files.call_off("up", [sha256])


def _body(content: Content) -> dict[str, Any]:
    files = [{name: one[name] for name in ("sha256", "name", "bytes", "type")} for one in content.files]
    return {"files": files, "text": content.text.strip(), "message": content.message.strip()}


def _error(fault: Fault) -> CampusError:
    return CampusError(fault.code, fault.sentence)
