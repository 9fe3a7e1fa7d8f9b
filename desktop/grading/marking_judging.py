"""One judgement while it is being made: levels, points, feedback, and what they come to as one goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_store import Bench
from shared.core.clock import parse_instant
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.late_rules import LateResult, late_result
from shared.grading.mark_rules import hundredths, judgement_fault, judgement_of, late_rule, tidied
from shared.grading.points import MOST, points_text, read_points
from shared.grading.rubric_rules import Fault, levels_fault, most_points
from shared.grading.vocabulary import MarkStatus
from shared.grading.work_rules import due_at

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Given:
    """The level that a criterion has, its points in hundredths, and words for the student."""

    level_id: str
    points: int
    note: str = ""


def _given(levels: Sequence[Body]) -> dict[str, Given]:
    return {
        one["criterion_id"]: Given(one["level_id"], hundredths(one["points"]), one.get("note", "")) for one in levels
    }


class Judging:
    """The judgement of one student's work. It changes nothing outside: `judgement` is what is saved."""

    def __init__(self, bench: Bench, line: WorkLine) -> None:
        self.assignment = bench.assignment
        self.criteria: Sequence[Body] | None = bench.criteria
        self.line = line
        before = judgement_of(line.mark)
        self.status = MarkStatus(before["status"])
        self.feedback: str = before["feedback"]
        self.finished: bool = before["finished"]
        self.typed: int | None = None if before["score"] is None else hundredths(before["score"])
        self.levels: dict[str, Given] = {}
        levels = before["levels"]
        self.earlier_rubric = bool(levels) and (
            self.criteria is None or levels_fault(self.criteria, levels) is not None
        )
        if levels and not self.earlier_rubric:
            self.levels = _given(levels)
            self.typed = None

    # ----------------------------------------------------------------------------------------------------- judging

    def pick(self, criterion: int, level: int) -> bool:
        """Give a criterion a level with its highest points; False where there is no such level."""
        found = self._level(criterion, level)
        if found is None:
            return False
        one, ladder = found
        before = self.levels.get(one["id"])
        if before is None or before.level_id != ladder["id"]:
            points = hundredths(ladder["high"])
            self.levels[one["id"]] = Given(ladder["id"], points, before.note if before else "")
        self._marked()
        return True

    def _level(self, criterion: int, level: int) -> tuple[Body, Body] | None:
        every = self.criteria or ()
        if not 0 <= criterion < len(every) or not 0 <= level < len(every[criterion]["levels"]):
            return None
        return every[criterion], every[criterion]["levels"][level]

    def clear(self, criterion: int) -> None:
        """Take a criterion's level away."""
        if self.criteria is not None and 0 <= criterion < len(self.criteria):
            self.levels.pop(self.criteria[criterion]["id"], None)

    def type_points(self, criterion: int, typed: str) -> None:
        """Give a criterion points within its level's range; without a level, the one that they lie in.

        Raises CampusError with the codes of `read_points` and `level_points_range`.
        """
        one = (self.criteria or ())[criterion]
        if not typed.strip():
            self.clear(criterion)
            return
        read = read_points(typed)
        if read.hundredths is None:
            raise CampusError(read.code, read.sentence)
        before = self.levels.get(one["id"])
        level = self._fitting(one, read.hundredths, before)
        self.levels[one["id"]] = Given(level["id"], read.hundredths, before.note if before else "")
        self._marked()

    @staticmethod
    def _fitting(criterion: Body, points: int, before: Given | None) -> Body:
        ladder = [one for one in criterion["levels"] if before is None or one["id"] == before.level_id]
        for level in ladder:
            if hundredths(level["low"]) <= points <= hundredths(level["high"]):
                found: Body = level
                return found
        if before is None:
            words = text("No level of {criterion} gives {points} points.", criterion=criterion["name"],
                         points=points_text(points))  # fmt: skip
        else:
            words = text(
                "{level} gives {low} to {high} points. Choose another level for more or less.",
                level=ladder[0]["name"],
                low=ladder[0]["low"],
                high=ladder[0]["high"],
            )
        raise CampusError("level_points_range", words)

    def type_score(self, typed: str) -> None:
        """Give points without a rubric; nothing typed takes them away. Raises CampusError as `read_points` says."""
        if not typed.strip():
            self.typed = None
            if not self.feedback.strip() and self.status is MarkStatus.MARKED:
                self.status = MarkStatus.NONE
            return
        read = read_points(typed, MOST if self.assignment["extra_credit"] else hundredths(self.assignment["points"]))
        if read.hundredths is None:
            raise CampusError(read.code, read.sentence)
        self._marked()
        self.typed = read.hundredths

    def _marked(self) -> None:
        self.status = MarkStatus.MARKED
        if self.levels:
            self.typed = None

    def note(self, criterion: int, words: str) -> bool:
        """Say something of a criterion that has a level; False where nothing changes."""
        given = self.levels.get((self.criteria or ())[criterion]["id"])
        if given is None or given.note == words:
            return False
        self.levels[(self.criteria or ())[criterion]["id"]] = replace(given, note=words)
        return True

    def take(self, part: Body) -> None:
        """Begin from what one of two gave; feedback is added to what is written already."""
        self._marked()
        levels = part["levels"]
        fits = bool(levels) and self.criteria is not None and levels_fault(self.criteria, levels) is None
        self.levels = _given(levels) if fits else {}
        self.typed = None if fits or part["score"] is None else hundredths(part["score"])
        words = str(part["feedback"]).strip()
        if words and words not in self.feedback:
            self.feedback = "\n\n".join(one for one in (self.feedback.strip(), words) if one)

    def write(self, feedback: str) -> None:
        """Write feedback."""
        self.feedback = feedback
        if self.status is MarkStatus.NONE and feedback.strip():
            self.status = MarkStatus.MARKED

    def set_status(self, status: MarkStatus) -> None:
        """Call it missing or excused, or not graded; points and levels go."""
        self.status = status
        self.levels.clear()
        self.typed = None
        self.finished = status in {MarkStatus.MISSING, MarkStatus.EXCUSED}

    # ------------------------------------------------------------------------------------------------- what it is

    @property
    def score(self) -> int | None:
        """Points so far in hundredths, None without any."""
        if self.levels:
            return sum(one.points for one in self.levels.values())
        return self.typed

    @property
    def most(self) -> int:
        """The assignment's points, in hundredths."""
        return hundredths(self.assignment["points"])

    @property
    def most_so_far(self) -> int:
        """What the criteria that have a level could give at most, else the assignment's points."""
        if not self.criteria or not self.levels:
            return most_points(self.criteria) if self.criteria else hundredths(self.assignment["points"])
        return most_points([one for one in self.criteria if one["id"] in self.levels])

    @property
    def open_criteria(self) -> int:
        """How many criteria have no level yet."""
        return sum(one["id"] not in self.levels for one in self.criteria or ())

    def late(self) -> LateResult | None:
        """Return what lateness makes of the points so far, None without points."""
        score = self.score
        if score is None or self.status is not MarkStatus.MARKED:
            return None
        at = (self.line.submission or {}).get("handed_in_at")
        due = due_at(self.assignment, self.line.extension)
        return late_result(score, late_rule(self.assignment), due, parse_instant(at) if at else None)

    def judgement(self, *, finished: bool) -> dict[str, Any]:
        """Return what is saved."""
        order = [one["id"] for one in self.criteria or ()]
        levels = [
            {"criterion_id": one, "level_id": given.level_id, "points": points_text(given.points), "note": given.note}
            for one in order
            if (given := self.levels.get(one)) is not None
        ]
        marked = self.status is MarkStatus.MARKED
        return tidied(
            {
                "status": self.status,
                "score": points_text(self.score) if marked and self.score is not None else None,
                "levels": levels if marked else [],
                "feedback": self.feedback,
                "finished": finished and self.status is not MarkStatus.NONE,
            }
        )

    def fault(self, *, finished: bool) -> Fault | None:
        """Return why it can't be saved so, or None (`not_graded`: there is nothing to finish)."""
        if finished and self.status is MarkStatus.NONE:
            return Fault("not_graded", text("There are no points yet. Choose levels or type points first."))
        return judgement_fault(self.assignment, self.judgement(finished=finished), self.criteria)

    def differs(self, *, finished: bool) -> bool:
        """Tell whether saving would change anything."""
        return self.judgement(finished=finished) != tidied(judgement_of(self.line.mark))
