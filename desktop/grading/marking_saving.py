"""Saves judgements one by one, and takes them back or makes them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from desktop.core.desk import Desk
from desktop.grading import marking_actions
from desktop.grading.marking_judging import Judging
from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_parts import parted_again
from desktop.grading.marking_store import Bench, with_mark
from shared.core.clock import instant_text
from shared.grading.ids import mark_id
from shared.grading.mark_rules import judgement_of, tidied
from shared.grading.vocabulary import MARK


class Step(NamedTuple):
    """One judgement of one student, with the one before it."""

    enrolment_id: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass
class Saving:
    """The marks of one assignment as they are given; everything is on disk when a method returns."""

    desk: Desk
    bench: Bench
    _done: list[Step] = field(default_factory=list)
    _undone: list[Step] = field(default_factory=list)

    def save(self, judging: Judging, *, finished: bool, reason: str = "") -> bool:
        """Save a judgement; False where it says what is kept already. Raises what `save_mark` does."""
        if not judging.differs(finished=finished):
            return False
        before, after = tidied(judgement_of(judging.line.mark)), judging.judgement(finished=finished)
        mark = marking_actions.save_mark(self.desk, self.bench, judging.line, after, reason)
        self._done.append(Step(judging.line.id, before, after))
        self._undone.clear()
        judging.finished = finished
        judging.line = self._put(judging.line, mark)
        return True

    def _put(self, line: WorkLine, mark: Mapping[str, Any] | None) -> WorkLine:
        now = instant_text(self.desk.clock.now())
        new = with_mark(line, self.bench.assignment, mark, now)
        if line.members:
            ids = {one.id: mark_id(self.bench.id, one.id) for one in line.members}
            marks = self.desk.store.many(MARK, list(ids.values()))
            members = (with_mark(one, self.bench.assignment, marks.get(ids[one.id]), now) for one in line.members)
            new = replace(new, members=tuple(members))
        new = parted_again(self.desk, self.bench.assignment, new)
        self.bench = replace(self.bench, lines=tuple(new if one.id == line.id else one for one in self.bench.lines))
        return new

    def undo(self) -> WorkLine | None:
        """Put back what stood before the last judgement; returns the line it is about, None without one."""
        return self._step(self._done, self._undone, 1)

    def redo(self) -> WorkLine | None:
        """Make the judgement again that was taken back last."""
        return self._step(self._undone, self._done, 2)

    def _step(self, source: list[Step], goal: list[Step], side: int) -> WorkLine | None:
        line = self.bench.line(source[-1].enrolment_id) if source else None
        if line is None:
            return None
        wanted = source[-1].before if side == 1 else source[-1].after
        mark = marking_actions.save_mark(self.desk, self.bench, line, wanted)
        goal.append(source.pop())
        return self._put(line, mark)
