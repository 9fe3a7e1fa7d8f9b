"""What has to be known before this work is judged: two markers disagree, it is published, an attempt is newer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.grading.marking_groups import group_facts
from desktop.grading.marking_judging import Judging
from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_panel import notice
from desktop.grading.marking_store import Bench
from desktop.grading.marking_words import judged_words
from desktop.shell.times import clock_words, month_name
from desktop.widgets.buttons import Button, Kind
from shared.core.clock import parse_instant
from shared.core.conflict import Conflict, is_held


def _tr(words: str) -> str:
    return QCoreApplication.translate("MarkingNotices", words)


def notices(
    bench: Bench,
    judging: Judging,
    dispute: Conflict | None,
    zone: tzinfo,
    decide: Callable[[], object],
) -> list[QWidget]:
    """Return the notices above the rubric, what needs a decision first."""
    line, found = judging.line, list[QWidget]()
    if dispute is not None:
        button = Button(_tr("Decide"), kind=Kind.LINK, on_click=decide)
        found.append(notice("git-compare-arrows", dispute_words(dispute), "bad", button))
    if not bench.may_mark:
        found.append(notice("lock", _tr("You see this work and don't mark it: it belongs to another class."), "neu"))
    elif bench.locked:
        found.append(notice("lock", _tr("The marks of this class are locked. A change is a correction."), "warn"))
    elif line.mark and line.mark.get("released_at") and bench.assignment["hold_marks"]:
        found.append(notice("info", _tr("Published: the student sees this mark. A change is a correction."), "info"))
    elif line.mark and line.mark.get("released_at"):
        found.append(notice("info", _tr("The student sees this mark, and every change of it."), "info"))
    found += [notice("users", words, "info") for words in group_facts(line)]
    found += [notice("info", words, "info") for words in _facts(line, judging, zone)]
    return found


def _facts(line: WorkLine, judging: Judging, zone: tzinfo) -> list[str]:
    found = []
    if line.newer_attempt:
        found.append(_tr("A newer attempt was handed in after this was marked. It is the one on show."))
    if judging.earlier_rubric and line.mark is not None:
        words = _tr("Marked by another version of the rubric, with {points} points. Choose its levels again.")
        found.append(words.format(points=line.mark["score"]))
    submission = line.submission or {}
    if submission.get("clock_suspect"):
        found.append(_tr("The clock of the computer it came from was off. Check the time of handing in."))
    if line.extension and line.extension.get("due_at"):
        due = parse_instant(line.extension["due_at"]).astimezone(zone)
        day = f"{due.day} {month_name(due.month)[:3]}"
        words = _tr("More time until {day}, {time}. {reason}")
        reason = str(line.extension.get("reason") or "")
        found.append(words.format(day=day, time=clock_words(due), reason=reason).strip())
    if submission.get("message"):
        found.append(_tr("The student writes: {words}").format(words=submission["message"]))
    return found


def dispute_words(dispute: Conflict) -> str:
    """Return what each side of a disagreement says."""
    if is_held(dispute):
        return _tr("A change of this mark waits for someone who decides.")
    sides = [
        _tr("{name}: {mark}").format(name=side.author_name or _tr("Someone"), mark=judged_words(side.values))
        for side in dispute.sides
    ]
    return _tr("Two markers disagree. {sides}").format(sides="; ".join(sides))
