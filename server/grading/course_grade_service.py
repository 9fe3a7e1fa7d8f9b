"""What publishing a cohort's grades does: each student is told what the course came to, as the marks stand now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.database import RepeatTransactionError
from server.core.entities import Body
from server.grading import course_grade_history
from server.grading.course_grade_kinds import COURSE_GRADE_KIND
from server.grading.gradebook import Book, read_book
from server.grading.ground import archived_fault, in_the_way, left_fault, read_cohorts, refused
from server.grading.student_grade import cells_of
from shared.core.text import text
from shared.grading.commands import PAYLOADS
from shared.grading.course_grade_projections import grade_body
from shared.grading.course_grade_rules import Statements, publish_fault, told
from shared.grading.grade_rules import GradeBook
from shared.grading.ids import course_grade_id
from shared.grading.mark_rules import categories, column
from shared.grading.permissions import may_publish_grades
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import COURSE_GRADE, JUDGEMENT, MARK, MarkStatus

_CALLED = """
SELECT k.id, k.code, k.title, c.name FROM cohort c
JOIN course k ON k.organisation_id = c.organisation_id AND k.id = c.course_id
WHERE c.organisation_id = :o AND c.id = :id
"""
_DISPUTED = """
SELECT DISTINCT m.enrolment_id FROM conflict c
JOIN mark m ON m.organisation_id = c.organisation_id AND m.id = c.entity_id
WHERE c.organisation_id = :o AND c.kind = :kind AND c.fields_group = :disputed AND c.state = 'open'
AND m.cohort_id = :id
"""


@dataclass
class _Class:
    """A cohort as its marks stand: the gradebook, the rule, its students by enrolment, and disputed ones."""

    book: Book
    called: dict[str, str]
    disputed: frozenset[str]
    rule: GradeBook = field(init=False)
    statements: Statements = field(init=False)
    places: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.rule = GradeBook([column(one) for one in self.book.assignments], categories(self.book.scheme))
        self.statements = Statements(self.book.scheme, self.book.assignments)
        self.places = {row[0]: at for at, row in enumerate(self.book.students)}


@dataclass(frozen=True)
class _Asked:
    """One item with its student: the enrolment, and the grade as it was seen and as it is."""

    item: Item
    enrolment: Mapping[str, Any]
    seen: tuple[str, str]
    now: tuple[str, str]
    lines: list[dict[str, Any]]
    waiting: int


def publish(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Publish grades, whatever their number in the same statements for each cohort."""
    wanted = sorted({item.payload.cohort_id for item in items})
    archived = read_cohorts(batch, wanted)
    classes = {one: found for one in wanted if one in archived and (found := _class(batch, one)) is not None}
    seen = _seen(items)
    present = COURSE_GRADE_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    changed: dict[str, Body] = {}
    steps = []
    for item in items:
        known = classes.get(item.payload.cohort_id)
        decision = _decide(batch, item, known, seen.get(item.key), present, archived=archived)
        if isinstance(decision, _Asked):
            body = _body(batch, decision, known)
            changed[body["id"]] = body
            steps.append(course_grade_history.step(item, body))
            decision = applied(item.command.id)
        decisions.append(decision)
    fresh = [body for key, body in changed.items() if key not in present]
    if len(COURSE_GRADE_KIND.insert(batch, fresh)) < len(fresh):
        raise RepeatTransactionError
    COURSE_GRADE_KIND.update(batch, [body for key, body in changed.items() if key in present])
    course_grade_history.add(batch, steps)
    return decisions


def _class(batch: Batch, cohort_id: str) -> _Class | None:
    places = {"o": batch.organisation_id, "id": cohort_id}
    book, called = read_book(batch.db, batch.organisation_id, cohort_id), batch.db.one(_CALLED, **places)
    if book is None or called is None:
        return None
    names = ("course_id", "course_code", "course_title", "cohort_name")
    rows = batch.db.rows(_DISPUTED, kind=MARK, disputed=JUDGEMENT, **places)
    return _Class(book, dict(zip(names, called, strict=True)), frozenset(row[0] for row in rows))


def _seen(items: Sequence[Item]) -> dict[tuple[str, str], Any]:
    """Return by item the grade that its command saw."""
    found = {}
    for payload, command_id in {item.command.id: (item.payload, item.command.id) for item in items}.values():
        for one in payload.grades:
            found[command_id, course_grade_id(one.enrolment_id)] = one
    return found


def _decide(
    batch: Batch,
    item: Item,
    known: _Class | None,
    seen: Any,
    present: Mapping[str, Body],
    *,
    archived: Mapping[str, bool],
) -> _Asked | Decision:
    if not item.accepted and not may_publish_grades(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't publish grades. Ask the office."))
    if known is None:
        message = text("The class of these grades hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, COURSE_GRADE)
    if seen is None:
        return rejected(item, "field_invalid", text("This grade belongs to another student. Open the grades again."))
    if seen.enrolment_id not in known.places:
        return rejected(item, "not_in_cohort", text("This student isn't in the class of these grades."))
    asked = _asked(item, known, seen)
    fault = _fault(asked, known, present.get(item.target.id))
    if fault is not None:
        return refused(item, fault)
    if archived[item.payload.cohort_id] and not item.accepted:
        return in_the_way(batch, item, archived_fault(), COURSE_GRADE, item.payload.cohort_id, asked.enrolment["name"])
    before = present.get(item.target.id)
    if before is not None and (before["result"], before["word"]) == asked.now:
        return agreed(before["revision"])
    return asked


def _asked(item: Item, known: _Class, seen: Any) -> _Asked:
    book, at = known.book, known.places[seen.enrolment_id]
    row, cells = book.students[at], cells_of(book, at)
    grade = known.rule.grade(cells)
    name = " ".join(part for part in row[4:6] if part) or str(row[3] or "")
    waiting = sum(
        cell.status is not MarkStatus.NONE and not book.released[at] >> place & 1 for place, cell in enumerate(cells)
    )
    return _Asked(
        item,
        {"id": row[0], "person_id": row[1], "state": row[2], "name": name},
        (seen.result, seen.word),
        told(book.scheme, grade),
        known.statements.lines(cells, grade),
        waiting,
    )


def _fault(asked: _Asked, known: _Class, present: Body | None) -> Fault | None:
    name, disputed = asked.enrolment["name"], asked.enrolment["id"] in known.disputed
    reason = asked.item.payload.reason
    left = left_fault(asked.enrolment)
    if left is not None:
        return left
    fault = publish_fault(name, asked.now, present, waiting=asked.waiting, disputed=disputed, reason=reason)
    if fault is None and asked.seen != asked.now:
        now, seen = (" ".join(part for part in one if part) for one in (asked.now, asked.seen))
        words = text("The grade of {name} is {now} now, not {seen}. Look at it again.", name=name, now=now, seen=seen)
        return Fault("grade_differs", words)
    return fault


def _body(batch: Batch, asked: _Asked, known: _Class | None) -> Body:
    scheme, called = (known.book.scheme, known.called) if known else ({}, {})
    result, word = asked.now
    made = grade_body(asked.item.command, asked.enrolment, {"result": result, "word": word}, scheme)
    return {
        **made,
        **called,
        "lines": asked.lines,
        "published_by": asked.item.author.person_id,
        "published_by_name": asked.item.author.name,
        "published_at": batch.now,
    }


COMMANDS = (CommandType("PublishGrades", PAYLOADS["PublishGrades"], publish),)
