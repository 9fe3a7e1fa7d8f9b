"""What people do on a register: mark, correct, note, undo and redo, finish and reopen it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from desktop.attendance.store import MarkRow, Roll, read_marks, read_roll
from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from shared.attendance.rules import register_id
from shared.attendance.vocabulary import HAND_MADE, AttendanceState, Method
from shared.core.errors import CampusError
from shared.core.text import plural, text

MOST_MINUTES = 600
_WITH_MINUTES = frozenset({AttendanceState.LATE, AttendanceState.LEFT_EARLY})


@dataclass(frozen=True)
class Value:
    """What a mark says: minutes go with late and left early only."""

    state: AttendanceState = AttendanceState.NONE
    minutes: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Change:
    """One mark that a step changed: `made` is the observation it left behind, `replaced` those it superseded."""

    enrolment_id: str
    before: Value
    after: Value
    made: str
    replaced: tuple[str, ...] = ()


@dataclass
class Typing:
    """The minutes being typed for the one just marked: the digits so far, and how many of them are on disk."""

    enrolment_id: str
    digits: str = ""
    saved: int = 0

    @property
    def is_open(self) -> bool:
        """Whether digits are shown that are not on disk yet."""
        return len(self.digits) > self.saved


@dataclass
class RollCall:
    """A register being taken: the roll as it stands, and what can be undone and redone.

    Everything is on disk when a method returns, but for digits typed after a mark: they are shown, and become one
    observation when the number is settled (`settle_minutes`, and every other act does it first). The mark itself is
    on disk already. CampusError `register_locked` where marks can't be changed now, besides what `Desk.commit` raises.
    """

    desk: Desk
    session_id: str
    roll: Roll = field(init=False)
    _saved: Roll = field(init=False)
    _done: list[tuple[Change, ...]] = field(default_factory=list)
    _undone: list[tuple[Change, ...]] = field(default_factory=list)
    _instead: dict[str, str] = field(default_factory=dict)
    _typing: Typing | None = None

    def __post_init__(self) -> None:
        self.reload()

    # ------------------------------------------------------------------------------------------------- reading

    def reload(self) -> None:
        """Read everything anew."""
        self._saved = read_roll(self.desk, self.session_id)
        self.roll = self._with_typed(self._saved)

    def refresh(self) -> None:
        """Read the marks anew."""
        self._saved = read_marks(self.desk, self._saved)
        self.roll = self._with_typed(self._saved)

    @property
    def typing_for(self) -> str | None:
        """The enrolment whose minutes the next digits are."""
        return self._typing.enrolment_id if self._typing else None

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return bool(self._undone)

    # ------------------------------------------------------------------------------------------------- marking

    def mark(self, enrolment_id: str, state: AttendanceState, minutes: int | None = None) -> bool:
        """Mark one student; the note stays. False where the mark says so already, by hand and undisputed."""
        self.stop_typing()
        row = self._row(enrolment_id)
        if minutes is None and row.mark.state is state:
            minutes = row.mark.minutes  # L on someone who is late already begins anew only with a digit
        made = self._record(((row, Value(state, minutes, row.note)),))
        self._typing = Typing(enrolment_id) if state in _WITH_MINUTES else None
        return made

    def clear(self, enrolment_id: str) -> bool:
        """Take a mark away: not recorded. False where there is none."""
        self.stop_typing()
        row = self._row(enrolment_id)
        return self._record(((row, Value(note=row.note)),))

    def set_note(self, enrolment_id: str, note: str) -> bool:
        """Write a note beside the mark, or in its place where there is none yet."""
        self.stop_typing()
        row = self._row(enrolment_id)
        return self._record(((row, replace(_value(row), note=note.strip())),))

    def set_minutes(self, enrolment_id: str, minutes: int | None) -> bool:
        """Set the minutes of someone late or who left early; on any other mark it makes it late."""
        self.stop_typing()
        row = self._row(enrolment_id)
        state = row.mark.state if row.mark.state in _WITH_MINUTES else AttendanceState.LATE
        return self._record(((row, Value(state, minutes, row.note)),))

    def type_minutes(self, digit: int) -> bool:
        """Append a digit to the minutes of the student just marked late or left early; False when nobody was.

        The number is shown at once and saved by `settle_minutes`. The step of the mark grows by it: one undo takes
        both back.
        """
        if self._typing is None:
            return False
        self._check_open()
        digits = f"{self._typing.digits}{digit}"
        row = self._row(self._typing.enrolment_id)
        if int(digits) > MOST_MINUTES or row.mark.state not in _WITH_MINUTES:
            return False
        self._typing.digits = digits
        self.roll = self._with_typed(self._saved)
        return True

    def settle_minutes(self) -> bool:
        """Save the minutes typed so far as one observation; more digits may follow. False where there are none."""
        typing = self._typing
        if typing is None or not typing.is_open:
            return False
        if self._saved.locked:  # someone finished the register meanwhile: the number can't be saved any more
            self._typing, self.roll = None, self._saved
            self._check_open()
        kept, typing.saved = typing.saved, len(typing.digits)
        self.roll = self._saved
        try:
            row = self._row(typing.enrolment_id)
            if row.mark.state not in _WITH_MINUTES:
                return False
            before = len(self._done)
            made = self._record(((row, Value(row.mark.state, int(typing.digits) or None, row.note)),))
        except BaseException:
            typing.saved = kept
            self.roll = self._with_typed(self._saved)
            raise
        if made and before:
            self._join_steps(typing.enrolment_id)
        return made

    def record_scan(self, enrolment_id: str, value: Value, method: Method, *, counts: bool) -> None:
        """Add a scan, which supersedes nothing; one that `counts` is a step that can be undone."""
        self._check_open()
        self.stop_typing()
        row = self._row(enrolment_id)
        ask = self._ask(row, value, (), method)
        self.desk.commit([ask])
        if counts:
            self._done.append((Change(row.id, _value(row), value, str(ask.id)),))
            self._undone.clear()
        self.refresh()

    def stop_typing(self) -> None:
        """Save what is typed and let digits mean nothing again."""
        self.settle_minutes()
        self._typing = None

    def _with_typed(self, roll: Roll) -> Roll:
        """Return the roll with the digits that are not on disk yet, while they still belong to the mark."""
        typing = self._typing
        row = roll.row(typing.enrolment_id) if typing is not None and typing.is_open else None
        if typing is None or row is None or row.mark.state not in _WITH_MINUTES:
            return roll
        shown = replace(row, mark=replace(row.mark, minutes=int(typing.digits) or None))
        return replace(roll, rows=tuple(shown if one.id == row.id else one for one in roll.rows))

    def mark_rest(self, state: AttendanceState = AttendanceState.PRESENT) -> int:
        """Mark everyone who has no mark, never overwriting one; one step. Returns how many."""
        self.stop_typing()
        rows = self.roll.unmarked
        self._record([(row, Value(state, None, row.note)) for row in rows])
        return len(rows)

    def key_in(self, wanted: Mapping[str, Value]) -> int:
        """Save what was keyed in from a printed sheet, by enrolment, as one step. Returns how many marks it made."""
        self.stop_typing()
        steps = len(self._done)
        made = self._record([(self._row(one), value) for one, value in wanted.items()], Method.SHEET)
        return len(self._done[steps]) if made else 0

    def _record(self, wanted: Sequence[tuple[MarkRow, Value]], method: Method = Method.HAND) -> bool:
        self._check_open()
        needed = [(row, value) for row, value in wanted if not says_so(row, value)]
        if not needed:
            return False
        asks = [self._ask(row, value, row.mark.unsuperseded, method) for row, value in needed]
        self.desk.commit(asks)
        step = tuple(
            Change(row.id, _value(row), value, str(ask.id), row.mark.unsuperseded)
            for (row, value), ask in zip(needed, asks, strict=True)
        )
        self._done.append(step)
        self._undone.clear()
        self.refresh()
        return True

    def _ask(self, row: MarkRow, value: Value, supersedes: Sequence[str], method: Method = Method.HAND) -> Ask:
        actor = self.desk.actor
        payload = {
            "session_id": self.session_id,
            "enrolment_id": row.id,
            "state": str(value.state),
            "minutes": value.minutes if value.state in _WITH_MINUTES else None,
            "note": value.note,
            "method": str(method),
            "supersedes": list(supersedes),
            "author_id": actor.person_id,
            "author_name": actor.name,
            "office": self.roll.office,
        }
        return Ask("RecordObservation", row.member.mark_id, payload, id=self.desk.ids())

    def _join_steps(self, enrolment_id: str) -> None:
        earlier, last = self._done[-2], self._done[-1]
        if len(earlier) == 1 and earlier[0].enrolment_id == enrolment_id:
            self._done[-2:] = [(replace(earlier[0], after=last[0].after, made=last[0].made),)]

    # ------------------------------------------------------------------------------------------------- undoing

    def undo(self) -> str:
        """Take the last step back by superseding observations; returns what was done, in words."""
        return self._go(self._done, self._undone, back=True)

    def redo(self) -> str:
        """Do the last step again that was taken back; returns what was done, in words."""
        return self._go(self._undone, self._done, back=False)

    def _go(self, source: list[tuple[Change, ...]], target: list[tuple[Change, ...]], *, back: bool) -> str:
        self.stop_typing()
        if not source:
            return text("There is nothing to undo on this register.") if back else text("There is nothing to redo.")
        self._check_open()
        step = source[-1]
        ours = [change for change in step if self._stands(change)]
        asks = [
            self._ask(self._row(one.enrolment_id), one.before if back else one.after, (self._now(one.made),))
            for one in ours
        ]
        if asks:
            self.desk.commit(asks)
        source.pop()
        if ours:
            target.append(tuple(self._turn(one, str(ask.id)) for one, ask in zip(ours, asks, strict=True)))
        self.refresh()
        return self._undo_words(len(ours), len(step) - len(ours), back=back)

    def _stands(self, change: Change) -> bool:
        # What someone else has corrected since is theirs; undoing must not take it away.
        row = self.roll.row(change.enrolment_id)
        return row is not None and self._now(change.made) in row.mark.unsuperseded

    def _turn(self, change: Change, made: str) -> Change:
        # The new observation says again what the replaced ones said; steps that left those behind now stand on it.
        self._instead.update(dict.fromkeys(change.replaced, made))
        return replace(change, made=made, replaced=(self._now(change.made),))

    def _now(self, made: str) -> str:
        while made in self._instead:
            made = self._instead[made]
        return made

    @staticmethod
    def _undo_words(done: int, left: int, *, back: bool) -> str:
        if not done:
            return plural(
                "{n} mark was changed by someone else meanwhile and stays as it is.",
                "{n} marks were changed by someone else meanwhile and stay as they are.",
                left,
            )
        if back:
            return plural("{n} mark taken back", "{n} marks taken back", done)
        return plural("{n} mark set again", "{n} marks set again", done)

    # ------------------------------------------------------------------------------------------------ finishing

    def finish(self) -> int:
        """Finish the register; returns how many students are not recorded."""
        self._check_refusal()
        self.stop_typing()
        self._register("FinishRegister")
        return len(self.roll.unmarked)

    def reopen(self) -> None:
        """Open a finished register again."""
        self._check_refusal()
        self._register("ReopenRegister")

    def _register(self, command: str) -> None:
        payload = {
            "session_id": self.session_id,
            "author_id": self.desk.actor.person_id,
            "author_name": self.desk.actor.name,
        }
        base = self.roll.register["revision"] if self.roll.register else None
        self.desk.commit([Ask(command, register_id(self.session_id), payload, base=base)])
        self.refresh()

    # --------------------------------------------------------------------------------------------------- checks

    def _row(self, enrolment_id: str) -> MarkRow:
        row = self.roll.row(enrolment_id)
        if row is None:
            raise CampusError("not_on_register", text("This student isn't on the register any more."))
        return row

    def _check_refusal(self) -> None:
        if self.roll.refusal is not None:
            raise CampusError(*self.roll.refusal)

    def _check_open(self) -> None:
        self._check_refusal()
        if self.roll.locked:
            raise CampusError("register_locked", text("This register is finished. Reopen it to change marks."))


def _value(row: MarkRow) -> Value:
    return Value(row.mark.state, row.mark.minutes, row.note)


def says_so(row: MarkRow, value: Value) -> bool:
    """Tell whether a mark says so already, by hand and undisputed."""
    if row.is_disputed or row.note != value.note or row.mark.state is not value.state:
        return False
    if value.state is AttendanceState.NONE:
        return True
    minutes = value.minutes if value.state in _WITH_MINUTES else None
    by_hand = row.mark.observation is not None and row.mark.observation["method"] in HAND_MADE
    return by_hand and row.mark.minutes == minutes
