"""Words and tones of marks and grades, the same on every screen."""

from desktop.grading.cells import BookCell
from desktop.grading.store import Book, BookColumn
from shared.core.text import plural, text
from shared.grading.grade_rules import CourseGrade
from shared.grading.points import ONE, points_text
from shared.grading.vocabulary import MarkStatus

_HIGH, _GOOD, _PASS, _FAIR = 85, 80, 60, 50
_FULL = 100


def percent_of(counted: int, points: int) -> int | None:
    """Return a mark as whole percent of its maximum, None without a maximum."""
    return counted * _FULL // points if points > 0 else None


def cell_tone(percent: int | None) -> str:
    """Return the tone that fills a cell; empty for the normal range."""
    if percent is None:
        return ""
    if percent >= _HIGH:
        return "ok"
    if percent >= _PASS:
        return ""
    return "warn" if percent >= _FAIR else "bad"


def band_colour(percent: int) -> str:
    """Return the colour of a band of grades: below 50, 50 to 59, 60 to 79, 80 and above."""
    if percent >= _GOOD:
        return "ok.solid"
    if percent >= _PASS:
        return "solid"
    return "warn.solid" if percent >= _FAIR else "bad.solid"


def status_word(status: MarkStatus) -> str:
    """Return `Missing` or `Excused`; empty for the rest."""
    return {MarkStatus.MISSING: text("Missing"), MarkStatus.EXCUSED: text("Excused")}.get(status, "")


def cell_words(book: Book, column: BookColumn, cell: BookCell) -> str:
    """Return what a cell shows: what counts after lateness, a word, or nothing."""
    if cell.status is MarkStatus.MARKED and cell.score >= 0:
        return points_text(book.counted(cell.enrolment_id, column, cell))
    judged = book.judged.get((cell.enrolment_id, column.id), 0)
    if judged and cell.status is MarkStatus.NONE:
        return text("{n} of 2", n=judged)  # two mark it, and nothing is agreed yet
    return status_word(cell.status)


def spoken_cell(book: Book, column: BookColumn, cell: BookCell) -> str:
    """Return a cell as a screen reader and its tool tip say it, with what lateness costs."""
    words = cell_words(book, column, cell) or text("not graded")
    parts = [words]
    days = book.days_late(cell.enrolment_id, column)
    if days:
        late = plural("1 day late", "{n} days late", days)
        parts.append(late)
        counted = book.counted(cell.enrolment_id, column, cell)
        if cell.status is MarkStatus.MARKED and counted != cell.score:
            lost = points_text(cell.score - counted)
            parts.append(text("{given} given, {lost} lost", given=points_text(cell.score), lost=lost))
    if cell.status is not MarkStatus.NONE and not cell.finished:
        parts.append(text("draft"))
    if cell.counts:
        parts.append(text("published") if cell.released else text("not published"))
    return ", ".join(parts)


def grade_figure(book: Book, grade: CourseGrade) -> str:
    """Return a grade as a figure with the scheme's decimals; a dash without one."""
    rounded = grade.rounded(int(book.scheme["places"]))
    if rounded is None:
        return "–"
    places = int(book.scheme["places"])
    return f"{rounded / ONE:.{places}f}"


def short(title: str, most: int = 24) -> str:
    """Return a title that fits on a button."""
    return title if len(title) <= most else f"{title[: most - 1].rstrip()}…"
