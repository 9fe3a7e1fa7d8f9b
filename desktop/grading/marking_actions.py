"""What whoever marks can do: judge, correct, note, comment at a place, keep sentences; all through the one door."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.grading.group_actions import group_mark
from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_parts import check_agreed, is_part, save_part
from desktop.grading.marking_store import Bench, followers
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.ids import mark_id
from shared.grading.mark_rules import judgement_fault, needs_review
from shared.grading.part_rules import is_by_two
from shared.grading.permissions import may_correct_marks
from shared.grading.vocabulary import MARK

Body = Mapping[str, Any]
_VARIABLE = re.compile(r"\{(name|assignment|points)\}")


def needs_reason(bench: Bench, line: WorkLine) -> bool:
    """Tell whether a mark is locked, or published after having been held: changing it is a correction."""
    hold = bool(bench.assignment["hold_marks"])
    marks = [one.mark for one in (line, *followers(line))]
    return any(needs_review(one, locked=bench.locked, hold_marks=hold, stale=False) for one in marks)


def goes_to_review(desk: Desk, bench: Bench, line: WorkLine) -> bool:
    """Tell whether a correction by this person waits for someone who may correct marks."""
    return needs_reason(bench, line) and not may_correct_marks(desk.actor)


def save_mark(desk: Desk, bench: Bench, line: WorkLine, judgement: Body, reason: str = "") -> Body | None:
    """Save a judgement; returns the mark as it is shown now.

    Raises CampusError with the codes of `judgement_fault`, `not_allowed`, `reason_missing`.
    """
    _check(bench)
    fault = judgement_fault(bench.assignment, judgement, bench.criteria)
    if fault is not None:
        raise CampusError(fault.code, fault.sentence)
    if line.members:
        return _save_for_all(desk, bench, line, judgement, reason)
    target = mark_id(bench.id, line.id)
    submission_id = line.submission["id"] if line.submission else None
    payload = {
        "assignment_id": bench.id,
        "enrolment_id": line.id,
        "submission_id": submission_id,
        **judgement,
        "author_name": desk.actor.name,
    }
    if is_part(desk, bench.assignment, judgement):
        return save_part(desk, bench.assignment, line, judgement, payload)
    check_agreed(desk, bench.assignment, line, judgement)
    mark = line.agreed if is_by_two(bench.assignment) else line.mark
    base = mark["revision"] if mark else None
    if needs_reason(bench, line) and may_correct_marks(desk.actor):
        if not reason.strip():
            raise CampusError("reason_missing", text("Say in a few words why this mark changes."))
        desk.commit([Ask("CorrectMark", target, {**payload, "reason": reason.strip()[:300]}, base=base)])
    else:
        more = {"reason": reason.strip()[:300]} if reason.strip() else {}
        desk.commit([Ask("RecordMark", target, {**payload, **more}, base=base)])
    return desk.store.get(MARK, target)


def _save_for_all(desk: Desk, bench: Bench, line: WorkLine, judgement: Body, reason: str) -> Body | None:
    """Save the judgement of a group for all whose mark is the group's; returns that of the one who stands for it."""
    correcting = needs_reason(bench, line) and may_correct_marks(desk.actor)
    if correcting and not reason.strip():
        raise CampusError("reason_missing", text("Say in a few words why this mark changes."))
    given = [(one.id, one.submission["id"] if one.submission else None, one.mark) for one in followers(line)]
    desk.commit([group_mark(bench.id, given, judgement, reason.strip()[:300], desk.actor.name)])
    return desk.store.get(MARK, mark_id(bench.id, line.id))


def _check(bench: Bench) -> None:
    if not bench.may_mark:
        raise CampusError("not_allowed", text("You don't mark this class. Ask whoever teaches it."))


def add_note(desk: Desk, bench: Bench, line: WorkLine, words: str) -> None:
    """Add a private note. Raises CampusError `not_allowed`, `note_empty`."""
    _check(bench)
    if not words.strip():
        raise CampusError("note_empty", text("Write a few words first."))
    payload = {
        "assignment_id": bench.id,
        "enrolment_id": line.id,
        "text": words.strip()[:5000],
        "author_name": desk.actor.name,
    }
    desk.commit([Ask("AddMarkNote", desk.ids(), payload)])


def add_comment(
    desk: Desk, bench: Bench, submission_id: str, sha: str, words: str, *, place: Body | None, time_ms: int | None
) -> str:
    """Comment on a place, a time or the whole of a file; returns the comment's id. Raises CampusError `not_allowed`."""
    _check(bench)
    comment_id = desk.ids()
    payload = {
        "submission_id": submission_id,
        "sha256": sha,
        "place": dict(place) if place is not None else None,
        "time_code_ms": time_ms,
        "text": words.strip()[:5000],
        "author_id": desk.actor.person_id,
        "author_name": desk.actor.name,
    }
    desk.commit([Ask("AddWorkComment", comment_id, payload)])
    return comment_id


def edit_comment(desk: Desk, bench: Bench, comment: Body, wanted: Body) -> None:
    """Change a comment's `text`, `place` or `time_code_ms`. Raises CampusError `not_allowed`."""
    _check(bench)
    changes = {
        name: {"old": comment.get(name), "new": value} for name, value in wanted.items() if value != comment.get(name)
    }
    if changes:
        desk.commit([Ask("EditWorkComment", comment["id"], {"changes": changes}, base=comment["revision"])])


def remove_comment(desk: Desk, bench: Bench, comment: Body, *, back: bool = False) -> None:
    """Take a comment off, or put it back. Raises CampusError `not_allowed`."""
    _check(bench)
    state = "kept" if back else "removed"
    desk.commit([Ask("RemoveWorkComment", comment["id"], {"state": state}, base=comment["revision"])])


def keep_sentence(desk: Desk, words: str) -> str:
    """Keep a sentence to use again; returns its id. Raises CampusError `sentence_empty`."""
    if not words.strip():
        raise CampusError("sentence_empty", text("Write the sentence first, then keep it."))
    sentence_id = desk.ids()
    payload = {"text": words.strip()[:2000], "owner_id": desk.actor.person_id}
    desk.commit([Ask("SaveComment", sentence_id, payload)])
    return sentence_id


def drop_sentence(desk: Desk, sentence: Body) -> None:
    """Take a kept sentence out of the list."""
    payload = {"text": sentence["text"], "owner_id": desk.actor.person_id, "removed": True}
    desk.commit([Ask("SaveComment", sentence["id"], payload, base=sentence["revision"])])


def filled_in(words: str, name: str, assignment: str, points: str) -> str:
    """Return a kept sentence with its variables filled in; unknown ones stay as they are."""
    values = {"name": name, "assignment": assignment, "points": points}
    return _VARIABLE.sub(lambda found: values[found[1]], words)
