"""How a figure came about, line by line: a mark after lateness, a course's grade from its categories."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from desktop.core.desk import Desk
from desktop.grading.cells import BookCell
from desktop.grading.part_words import part_name
from desktop.grading.store import Book, BookColumn
from desktop.grading.words import grade_figure, status_word
from desktop.timetable.times import local, local_now, moment_words, zone_of
from shared.core.text import plural, text
from shared.grading.course_grade_rules import word_told
from shared.grading.grade_rules import GradeLine
from shared.grading.ids import mark_id
from shared.grading.late_rules import LateRule
from shared.grading.mark_rules import hundredths, late_rule
from shared.grading.points import ONE, half_up, points_text
from shared.grading.vocabulary import MARK_ENTRY, EntryKind, LateKind, MarkStatus


class Line(NamedTuple):
    """A line of a calculation: what, its figure, and a smaller word on it."""

    what: str
    figure: str
    note: str = ""


def mark_lines(book: Book, column: BookColumn, cell: BookCell) -> list[Line]:
    """Return how a cell came to what it counts for."""
    points = points_text(column.points)
    if cell.status is not MarkStatus.MARKED:
        words = status_word(cell.status) or text("Not graded")
        notes = {
            MarkStatus.MISSING: text("Counts as 0 of {points}.", points=points),
            MarkStatus.EXCUSED: text("Counts nowhere."),
            MarkStatus.NONE: text("Counts nowhere until it is marked; never as 0."),
        }
        return [Line(words, "", notes[cell.status])]
    lines = [Line(text("Points given"), text("{score} of {points}", score=points_text(cell.score), points=points))]
    counted, days = book.counted(cell.enrolment_id, column, cell), book.days_late(cell.enrolment_id, column)
    if days:
        lost = points_text(counted - cell.score) if counted != cell.score else "0"
        late = plural("1 day late", "{n} days late", days)
        lines.append(Line(late, lost, late_words(late_rule(column.body))))
    lines.append(Line(text("Counts for"), text("{score} of {points}", score=points_text(counted), points=points)))
    if not cell.finished:
        lines.append(Line(text("Draft"), "", text("Counts in the grade once it is finished.")))
    return lines


def late_words(rule: LateRule) -> str:
    """Return what lateness costs as a sentence."""
    if rule.kind is LateKind.NONE:
        return text("Lateness costs nothing.")
    amount, floor = points_text(rule.amount), points_text(rule.floor)
    words = (
        text("{amount} points once.", amount=amount)
        if rule.kind is LateKind.FIXED
        else text("{amount} percent of the points for each day begun.", amount=amount)
    )
    if rule.grace:
        minutes = int(rule.grace.total_seconds() // 60)
        words = f"{words} {text('Nothing within {minutes} minutes.', minutes=minutes)}"
    return f"{words} {text('At least {floor} percent stay.', floor=floor)}" if rule.floor else words


def grade_lines(book: Book, enrolment_id: str) -> list[Line]:
    """Return how a student's grade came about: each category, what was dropped, and the result."""
    grade = book.grade(enrolment_id)
    names = {one["id"]: str(one["name"]) for one in book.scheme["categories"]}
    titles = {one.id: one.title for one in book.columns}
    whole = sum(line.weight for line in grade.lines)
    lines = [_category_line(line, names, titles, whole) for line in grade.lines]
    word = word_told(book.scheme, grade)
    figure = grade_figure(book, grade)
    lines.append(Line(text("Grade"), f"{figure} · {word}" if word else figure))
    return lines


def _category_line(line: GradeLine, names: Mapping[str, str], titles: Mapping[str, str], whole: int) -> Line:
    name = names.get(line.category_id) or text("All work")
    notes = []
    if line.percent is None:
        return Line(name, "–", text("Nothing counts yet; the others share its weight."))
    if names and whole:
        share = points_text(half_up(line.weight * 100 * ONE * 10, whole * 10) // 10 * 10)
        notes.append(text("weighs {share} percent", share=share))
    if line.dropped:
        notes.append(text("dropped: {work}", work=", ".join(titles.get(one, "") for one in line.dropped)))
    earned = text("{earned} of {possible}", earned=points_text(line.earned), possible=points_text(line.possible))
    percent = points_text(half_up(line.percent.numerator, line.percent.denominator * 10) * 10)
    return Line(name, f"{earned} · {percent} %", ", ".join(notes))


def history_lines(desk: Desk, cell: BookCell) -> list[Line]:
    """Return every step of a mark, the latest first: what it was set to, by whom, when and why."""
    zone = zone_of(desk)
    today = local_now(desk, zone).date()
    entries = desk.store.children(MARK_ENTRY, mark_id(cell.assignment_id, cell.enrolment_id))
    lines = []
    for one in reversed(entries):
        when = moment_words(local(one["at"], zone), today)
        who = " · ".join(part for part in (one.get("by_name") or "", when, one.get("device_name") or "") if part)
        reason = one.get("reason") or ""
        part = part_name(one.get("part") or "")
        what = text("{part}: {mark}", part=part, mark=_step_words(one)) if part else _step_words(one)
        lines.append(Line(what, _figure(one), f"{who}: {reason}" if reason else who))
    return lines


def _step_words(entry: Mapping[str, Any]) -> str:
    words = {
        EntryKind.RECORDED: text("Marked"),
        EntryKind.CORRECTED: text("Corrected"),
        EntryKind.SETTLED: text("Settled"),
        EntryKind.RELEASED: text("Published"),
    }
    return words[EntryKind(entry["kind"])]


def _figure(entry: Mapping[str, Any]) -> str:
    status = MarkStatus(entry["status"])
    if status is MarkStatus.MARKED and entry.get("score") is not None:
        return points_text(hundredths(entry["score"]))
    return status_word(status) or text("not graded")
