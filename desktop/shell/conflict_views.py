"""What the conflict dialog shows of each conflict: its lines with choices, what is preselected, and the result."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.core.conflicts import SETTLE_CONFLICT
from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.shell.conflict_words import field_words, held_reason, held_words, kind_words, mark_words, value_words
from desktop.shell.times import instant_words, local_now, zone_of
from shared.core.conflict import Conflict, Side, is_held, may_settle
from shared.core.text import plural, text
from shared.learning.vocabulary import COHORT, ENROLMENT
from shared.people.vocabulary import PERSON
from shared.timetable.vocabulary import CLASS_SESSION

HELD, ACCEPT, REFUSE, MARK = "held", "accept", "refuse", "mark"


@dataclass(frozen=True)
class Version:
    """One side as a column: `id` is what choosing it sends, `device` where it was made, `mine`: by this person."""

    id: str
    who: str
    device: str
    when: str
    mine: bool
    flagged: bool

    @property
    def detail(self) -> str:
        """Who and when, as below a value; a clock that was off is said."""
        words = text("{who}, {when}", who=self.who, when=self.when)
        return text("{words}, clock off", words=words) if self.flagged else words

    @property
    def placed_detail(self) -> str:
        """Who, when and on which device, for tiles that stand under no head."""
        return text("{detail} · {device}", detail=self.detail, device=self.device) if self.device else self.detail


@dataclass(frozen=True)
class FieldLine:
    """One clashing field: its label and, by version, the value."""

    name: str
    label: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class ConflictView:
    """A conflict ready for the screen. `preselected` holds by field what is chosen before anyone chose.

    `merged` says which fields needed no decision, as far as this computer knows.
    """

    conflict: Conflict
    title: str
    subtitle: str
    summary: str
    number: str
    versions: tuple[Version, ...]
    lines: tuple[FieldLine, ...]
    preselected: Mapping[str, str] = field(default_factory=dict)
    explanation: str = ""
    merged: str = ""

    @property
    def id(self) -> str:
        """The conflict's id."""
        return self.conflict.id

    @property
    def held(self) -> bool:
        """Whether it is one command that waits to be accepted or refused."""
        return is_held(self.conflict)

    @property
    def heading(self) -> str:
        """What there is to decide, as the title of the dialog."""
        if self.held:
            return text("Waits for your decision")
        known = {2: text("Two versions of the same record"), 3: text("Three versions of the same record")}
        count = len(self.versions)
        return known.get(count) or text("{n} versions of the same record", n=count)

    def result(self, choices: Mapping[str, str]) -> str:
        """Return what will come of these choices, in one sentence."""
        if self.held:
            return {
                ACCEPT: text("Result: it counts, as if it had been accepted at once"),
                REFUSE: text("Result: it doesn't count. It stays in the history"),
            }.get(choices.get(HELD, ""), text("Choose one of the two"))
        missing = [line for line in self.lines if line.name not in choices]
        if missing:
            return plural("Choose a version in {n} more line", "Choose a version in {n} more lines", len(missing))
        names = {version.id: version.who for version in self.versions}
        parts = [
            text("{field} from {who}", field=_small(line.label), who=_small_you(names[choices[line.name]]))
            for line in self.lines
        ]
        if len(self.lines) == 1:
            line = self.lines[0]
            value = line.values[choices[line.name]]
            return text("Result: {value}, from {who}", value=value, who=_small_you(names[choices[line.name]]))
        return text("Result: {parts}", parts=", ".join(parts))

    def ask(self, choices: Mapping[str, str]) -> Ask:
        """Return the command that settles it."""
        return Ask(SETTLE_CONFLICT, self.conflict.id, {"choices": dict(choices)}, base=self.conflict.revision)


def is_stacked(view: ConflictView) -> bool:
    """Tell whether the versions stand below each other: more than two have no room side by side."""
    return not view.held and len(view.versions) > 2  # two fit


def options(view: ConflictView, name: str) -> list[tuple[str, str, str]]:
    """Return for one line what can be chosen: (choice, words, detail)."""
    line = next(one for one in view.lines if one.name == name)
    if name == HELD and view.held:
        return [(choice, words, "") for choice, words in line.values.items()]
    placed = is_stacked(view)
    return [
        (version.id, line.values.get(version.id, ""), version.placed_detail if placed else version.detail)
        for version in view.versions
    ]


def open_views(desk: Desk) -> list[ConflictView]:
    """Return the open conflicts that this person may settle, oldest first."""
    actor = desk.actor
    return [
        view_of(desk, conflict)
        for conflict in desk.store.conflicts()
        if may_settle(actor.person_id, actor.permissions, conflict)
    ]


def view_of(desk: Desk, conflict: Conflict) -> ConflictView:
    """Return one conflict ready for the screen."""
    versions = tuple(_version(desk, side) for side in _ordered(desk, conflict))
    if is_held(conflict):
        return _held_view(desk, conflict, versions)
    lines = tuple(_line(desk, conflict, name) for name in conflict.fields)
    mark = conflict.group == MARK
    count = plural("{n} field", "{n} fields", len(lines))
    chosen = {MARK: _made_in_class(desk, conflict)} if mark else {}
    return ConflictView(
        conflict=conflict,
        title=_title(desk, conflict),
        subtitle=_subtitle(desk, conflict),
        summary=_mark_summary(desk, conflict) if mark else text("{kind} · {count}", kind=kind_words(conflict.kind),
                                                                count=count),
        number=_number(desk, conflict),
        versions=versions,
        lines=lines,
        preselected=chosen,
        explanation=_explanation(conflict, mark=mark),
        merged=_merged_words(desk, conflict),
    )  # fmt: skip


def _merged_words(desk: Desk, conflict: Conflict) -> str:
    """Return which other fields the clashing commands changed; they clash with nothing, so they are kept."""
    lines = [desk.store.receipt_line(side.command_id) for side in conflict.sides]
    changed = [name for line in lines if line is not None for name in line.payload.get("changes", ())]
    names = [name for name in dict.fromkeys(changed) if name not in conflict.fields]
    if not names:
        return ""
    first, rest = field_words(names[0]), len(names) - 1
    if not rest:
        return text("{field} changed on one side only. It is kept.", field=first)
    return plural("{field} and {n} other field changed on one side only. Both are kept.",
                  "{field} and {n} other fields changed on one side only. All are kept.", rest,
                  field=first)  # fmt: skip


def _explanation(conflict: Conflict, *, mark: bool) -> str:
    many = len(conflict.sides) > 2  # two is what "the other" can be said of
    if mark and many:
        return text(
            "Several people marked the same student differently, and none had seen the others' marks. Nothing is lost:"
            " the versions you don't choose stay in the history. The one made in class is chosen already."
        )
    if mark:
        return text(
            "Two people marked the same student differently, and neither had seen the other's mark. Nothing is lost:"
            " the version you don't choose stays in the history. The one made in class is chosen already."
        )
    if conflict.reason == "two_loans":
        return text("More than one counter lent it. Every loan is kept; choose the one that took place.")
    if conflict.group.startswith("same:"):
        return text("Two entries have the same value, which only one may have. Choose whose it is.")
    if many:
        return text(
            "Several computers changed the same fields, and none had seen the others' changes. Nothing is lost: the"
            " versions you don't choose stay in the history."
        )
    return text(
        "Two computers changed the same fields, and neither had seen the other's change. Nothing is lost: the version"
        " you don't choose stays in the history."
    )


def _held_view(desk: Desk, conflict: Conflict, versions: tuple[Version, ...]) -> ConflictView:
    values = conflict.sides[0].values if conflict.sides else {}
    line = FieldLine(HELD, text("Decision"), {ACCEPT: text("Accept it"), REFUSE: text("Refuse it")})
    return ConflictView(
        conflict=conflict,
        title=_title(desk, conflict),
        subtitle=held_words(values),
        summary=text("Waits for the office"),
        number=_number(desk, conflict),
        versions=versions,
        lines=(line,),
        explanation=" ".join(filter(None, (
            held_reason(conflict.reason),
            text("Saved by {who}.", who=versions[0].detail) if versions else "",
            text("It doesn't count until someone decides."),
        ))),
    )  # fmt: skip


def _ordered(desk: Desk, conflict: Conflict) -> list[Side]:
    own = desk.actor.person_id
    return sorted(conflict.sides, key=lambda side: (side.author_id != own, side.observed_at))


def _version(desk: Desk, side: Side) -> Version:
    mine = side.author_id == desk.actor.person_id
    here = side.device_name
    when = instant_words(side.observed_at, zone_of(desk), local_now(desk)) if side.observed_at else ""
    who = text("You") if mine else side.author_name or text("Someone at the office")
    return Version(side.command_id, who, here, when, mine, side.clock_flagged)


def _line(desk: Desk, conflict: Conflict, name: str) -> FieldLine:
    def shown(side: Side) -> str:
        return mark_words(side.values) if name == MARK else value_words(desk.store, name, side.values.get(name))

    return FieldLine(name, field_words(name), {side.command_id: shown(side) for side in conflict.sides})


def _made_in_class(desk: Desk, conflict: Conflict) -> str:
    """Return the side made by someone who teaches the class, the first one if several do, else the one that stands."""
    values: Mapping[str, Any] = conflict.sides[0].values if conflict.sides else {}
    session = desk.store.get(CLASS_SESSION, str(values.get("session_id"))) or {}
    cohort = desk.store.get(COHORT, str(session.get("cohort_id"))) or {}
    teachers = {session.get("instructor_id"), *(cohort.get("instructors") or ())}
    in_class = [side for side in conflict.sides if side.author_id in teachers]
    names = [side.command_id for side in in_class]
    if not names or conflict.effective in names:
        return conflict.effective or conflict.sides[0].command_id
    return names[0]


def _title(desk: Desk, conflict: Conflict) -> str:
    return conflict.title or _person_words(desk, conflict) or kind_words(conflict.kind)


def _person(desk: Desk, conflict: Conflict) -> Mapping[str, Any]:
    """Return the person that a conflict is about, as far as there is one."""
    if conflict.kind == PERSON:
        return desk.store.get(PERSON, conflict.entity_id) or {}
    values: Mapping[str, Any] = conflict.sides[0].values if conflict.sides else {}
    enrolment = desk.store.get(ENROLMENT, str(values.get("enrolment_id") or conflict.entity_id)) or {}
    person_id = values.get("person_id") or enrolment.get("person_id")
    return (desk.store.get(PERSON, str(person_id)) if person_id else None) or {}


def _person_words(desk: Desk, conflict: Conflict) -> str:
    person = _person(desk, conflict)
    return " ".join(filter(None, (person.get("given_name"), person.get("family_name"))))


def _number(desk: Desk, conflict: Conflict) -> str:
    person = _person(desk, conflict)
    return str(person.get("number") or person.get("id") or conflict.entity_id)


def _subtitle(desk: Desk, conflict: Conflict) -> str:
    name = " ".join(filter(None, (_title(desk, conflict), str(_person(desk, conflict).get("number") or ""))))
    if conflict.group == MARK:
        return text("{name}, {class_}", name=name, class_=_class_words(desk, conflict))
    return text("{kind}, {name}", kind=kind_words(conflict.kind), name=name)


def _mark_summary(desk: Desk, conflict: Conflict) -> str:
    values: Mapping[str, Any] = conflict.sides[0].values if conflict.sides else {}
    session = desk.store.get(CLASS_SESSION, str(values.get("session_id")))
    if session is None:
        return kind_words(conflict.kind)
    return text("Mark · {when}", when=instant_words(session["starts_at"], zone_of(desk), local_now(desk)))


def _class_words(desk: Desk, conflict: Conflict) -> str:
    values: Mapping[str, Any] = conflict.sides[0].values if conflict.sides else {}
    session = desk.store.get(CLASS_SESSION, str(values.get("session_id")))
    if session is None:
        return kind_words(conflict.kind)
    cohort = desk.store.get(COHORT, session["cohort_id"]) or {}
    when = instant_words(session["starts_at"], zone_of(desk), local_now(desk))
    return text("{class_}, {when}", class_=cohort.get("name") or text("Class"), when=when)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _small_you(who: str) -> str:
    return text("you") if who == text("You") else who
