"""Reads for reports: percentages added up in SQL, and only the marks that need the rule worked out by it.

A mark with one observation, and no approved leave about its class, counts as that observation says; all others go
through `rules.effective`. So a large institute is added up where its rows are, with the same figures as on a desktop.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.attendance.leave_queries import approved_between
from server.core.database import Db
from server.core.sql import id_source
from shared.attendance.absence_rules import absence_streak
from shared.attendance.report_rules import COUNTED, Mark, StudentRow, Tally, marks_of
from shared.attendance.rules import Excuses, effective, mark_id
from shared.attendance.vocabulary import AttendanceState

_PLACES = {str(state): place for place, state in enumerate(COUNTED)}
_ATTENDED = "('present', 'late', 'left_early')"
_NAMES = (
    "mark_id", "enrolment_id", "session_id", "state", "minutes", "method", "office", "supersedes", "id", "ordinal",
    "observed_at",
)  # fmt: skip
_SESSION = ("id", "starts_at", "ends_at", "cohort_id")
_OBSERVED = ", ".join(f"o.{name}" for name in _NAMES)


@dataclass(frozen=True)
class Scope:
    """What a report is about: an organisation, class sessions that start within [since, until), and whose.

    `cohort_ids` None means all cohorts; `person_id` empty means everybody.
    """

    organisation_id: str
    since: str
    until: str
    cohort_ids: frozenset[str] | None = None
    person_id: str = ""

    @property
    def places(self) -> dict[str, Any]:
        """The values of the statements."""
        made: dict[str, Any] = {"o": self.organisation_id, "since": self.since, "until": self.until}
        if self.cohort_ids is not None:
            made["cohorts"] = orjson.dumps(sorted(self.cohort_ids)).decode()
        if self.person_id:
            made["person_id"] = self.person_id
        return made

    def sessions(self, dialect: str) -> str:
        """The condition on class sessions."""
        found = "s.organisation_id = :o AND s.state <> 'cancelled' AND s.starts_at >= :since AND s.starts_at < :until"
        if self.cohort_ids is not None:
            found += f" AND s.cohort_id IN (SELECT id FROM {id_source(dialect, 'cohorts')} wanted)"  # noqa: S608 - our own words; values travel as places
        return found

    def observations(self, dialect: str) -> str:
        """The FROM and WHERE of the observations in the report."""
        joined = "observation o JOIN class_session s ON s.organisation_id = o.organisation_id AND s.id = o.session_id"
        of_person = " AND o.person_id = :person_id" if self.person_id else ""
        return f"FROM {joined} WHERE o.organisation_id = :o AND {self.sessions(dialect)}{of_person}"


@dataclass
class _Sums:
    """Counts by state, and when the class attended last and the one missed last began; `absences` where it matters."""

    counts: list[int] = field(default_factory=lambda: [0] * len(COUNTED))
    attended: str = ""
    absent: str = ""
    events: list[tuple[str, AttendanceState]] = field(default_factory=list)

    def tally(self) -> Tally:
        return Tally(*self.counts)

    @property
    def may_end_absent(self) -> bool:
        """Whether the latest class that counts may have been missed; of two at one time their ids decide."""
        return bool(self.absent) and self.absent >= self.attended

    def streak(self) -> int:
        return absence_streak([state for _, state in sorted(self.events)]) if self.may_end_absent else 0

    def count(self, session: Mapping[str, Any], state: str) -> None:
        if state == AttendanceState.NONE:
            return
        self.counts[_PLACES[state]] += 1
        self.events.append((session["starts_at"] + session["id"], AttendanceState(state)))
        if state == AttendanceState.ABSENT:
            self.absent = max(self.absent, session["starts_at"])
        elif state != AttendanceState.EXCUSED:
            self.attended = max(self.attended, session["starts_at"])


def student_rows(db: Db, scope: Scope) -> list[StudentRow]:
    """Return the figures of every enrolment with a mark, by cohort and name; staff enrolled for testing don't count."""
    people = _enrolments(db, scope)
    excuses, touched = _touched(db, scope, people)
    left_out = {mark_id(session["id"], enrolment_id): (session, enrolment_id) for session, enrolment_id in touched}
    sums = _added_up(db, scope, left_out)
    rows_of: dict[str, list[Sequence[Any]]] = {}
    for row in _worked_out(db, scope, left_out):
        rows_of.setdefault(row[0], []).append(row)
    said = {mark: [_observation(row) for row in rows] for mark, rows in rows_of.items()}
    places_of: dict[str, tuple[dict[str, Any], str]] = dict(left_out)
    for mark, rows in rows_of.items():
        places_of[mark] = (dict(zip(_SESSION, rows[0][len(_NAMES) :], strict=True)), rows[0][1])
    for mark, (session, enrolment_id) in places_of.items():
        known = people.get(enrolment_id)
        if known is not None:
            excused = excuses.of(known["person_id"], enrolment_id, session)
            state = str(effective([*said.get(mark, ()), *excused]).state)
            sums.setdefault(enrolment_id, _Sums()).count(session, state)
    _add_latest(db, scope, left_out, sums)
    made = (
        StudentRow(enrolment_id, **known, tally=sums[enrolment_id].tally(), streak=sums[enrolment_id].streak())
        for enrolment_id, known in people.items()
        if enrolment_id in sums and any(sums[enrolment_id].counts)
    )
    return sorted(made, key=row_order)


def _worked_out(db: Db, scope: Scope, left_out: Iterable[str]) -> list[Sequence[Any]]:
    """Return the observations of the marks that the rule works out: those with several, and those `left_out`.

    Two statements that look rows up are many times faster than one with both conditions.
    """
    chosen = f"{_OBSERVED}, s.id, s.starts_at, s.ends_at, s.cohort_id"
    gone = sorted(left_out)
    later = (
        f"SELECT {chosen} {scope.observations(db.dialect)} AND o.ordinal > 1 AND (NOT ({_REPLACING})"  # noqa: S608 - our own words; values travel as places
        f" OR o.mark_id IN (SELECT id FROM {id_source(db.dialect, 'left_out')} gone))"
    )
    found = list(db.rows(later, **scope.places, left_out=orjson.dumps(gone).decode()))
    marks = sorted({row[0] for row in found}.union(gone))
    if not marks:
        return []
    join = "CROSS JOIN" if db.dialect == "sqlite" else "JOIN"  # SQLite keeps to the order of a CROSS JOIN
    on = "WHERE" if db.dialect == "sqlite" else "ON"
    first = (
        f"SELECT {chosen} FROM (SELECT o.* FROM {id_source(db.dialect, 'marks')} i {join} observation o {on}"  # noqa: S608 - our own words; values travel as places
        " o.organisation_id = :o AND o.mark_id = i.id AND o.ordinal = 1) o JOIN class_session s"
        f" ON s.organisation_id = :o AND s.id = o.session_id WHERE {scope.sessions(db.dialect)}"
    )
    return found + list(db.rows(first, **scope.places, marks=orjson.dumps(marks).decode()))


def row_order(row: StudentRow) -> tuple[str, str, str]:
    """Return what reports are sorted by until a person sorts otherwise: cohort, name, enrolment."""
    return row.cohort.casefold(), row.name.casefold(), row.enrolment_id


_LATER = "SELECT 1 FROM observation l WHERE l.organisation_id = :o AND l.mark_id = o.mark_id AND l.ordinal > 1"
_REPLACING = (
    f"o.ordinal = 2 AND NOT EXISTS ({_LATER} AND l.ordinal > 2) AND EXISTS (SELECT 1 FROM observation f"  # noqa: S608 - our own words; values travel as places
    " WHERE f.organisation_id = :o AND f.mark_id = o.mark_id AND f.ordinal = 1 AND f.supersedes = '[]'"
    " AND o.supersedes = '[\"' || f.id || '\"]')"
)
"""Holds for the second, and last, observation of a mark that took the first one's place: what a correction is."""


def _plain(db: Db, scope: Scope, left_out: Iterable[str], chosen: str, more: str = "") -> tuple[str, dict[str, Any]]:
    """Return a SELECT of the observations that are a mark's only say, but for those `left_out`, with its values."""
    gone, found, places = sorted(left_out), scope.observations(db.dialect) + more, scope.places
    if gone:
        found += f" AND o.mark_id NOT IN (SELECT id FROM {id_source(db.dialect, 'left_out')} gone)"  # noqa: S608 - our own words; values travel as places
        places["left_out"] = orjson.dumps(gone).decode()
    single = f"SELECT {chosen} {found} AND o.ordinal = 1 AND NOT EXISTS ({_LATER})"
    return f"{single} UNION ALL SELECT {chosen} {found} AND {_REPLACING}", places


def _added_up(db: Db, scope: Scope, left_out: Iterable[str]) -> dict[str, _Sums]:
    """Add up the marks with one say, but for those `left_out`."""
    plain, places = _plain(db, scope, left_out, "o.enrolment_id, o.state, s.starts_at")
    counts = ", ".join(
        f"sum(CASE WHEN state = '{state}' THEN 1 ELSE 0 END)"
        for state in ("present", "late", "left_early", "absent", "excused")
    )
    # Compared by their letters, as everywhere else, and faster.
    starts = 'starts_at COLLATE "C"' if db.dialect == "postgresql" else "starts_at"
    counts += (
        f", max(CASE WHEN state IN {_ATTENDED} THEN {starts} END), max(CASE WHEN state = 'absent' THEN {starts} END)"
    )
    sql = f"SELECT enrolment_id, {counts} FROM ({plain}) told GROUP BY enrolment_id"  # noqa: S608 - our own words; values travel as places
    return {row[0]: _Sums(list(row[1:6]), row[6] or "", row[7] or "") for row in db.rows(sql, **places)}


def _add_latest(db: Db, scope: Scope, left_out: Iterable[str], sums: Mapping[str, _Sums]) -> None:
    """Read the marks that absences in a row are counted by: of those whose latest class may have been missed."""
    wanted = sorted(enrolment_id for enrolment_id, found in sums.items() if found.may_end_absent)
    if not wanted:
        return
    theirs = " AND o.state NOT IN ('none', 'excused') AND s.starts_at >= :oldest"
    theirs += f" AND o.enrolment_id IN (SELECT id FROM {id_source(db.dialect, 'wanted')} w)"  # noqa: S608 - our own words; values travel as places
    plain, places = _plain(db, scope, left_out, "o.enrolment_id, s.starts_at, s.id, o.state", theirs)
    # What lies before the class that each of them attended last ends no row of absences.
    places |= {"oldest": min(sums[one].attended for one in wanted), "wanted": orjson.dumps(wanted).decode()}
    for enrolment_id, starts, session_id, state in db.rows(plain, **places):
        sums[enrolment_id].events.append((starts + session_id, AttendanceState(state)))


def _touched(
    db: Db, scope: Scope, people: dict[str, dict[str, Any]]
) -> tuple[Excuses, list[tuple[dict[str, Any], str]]]:
    """Return the approved leave of the span, and the (class session, enrolment) pairs that it is about."""
    requests = approved_between(db, scope.organisation_id, scope.since, _far(scope.until))
    excuses = Excuses(requests)
    asked = {one["person_id"] for one in requests}
    found: list[tuple[dict[str, Any], str]] = []
    wanted = {enrolment_id: known for enrolment_id, known in people.items() if known["person_id"] in asked}
    held = held_sessions(db, scope, {known["cohort_id"] for known in wanted.values()}) if wanted else []
    by_cohort: dict[str, list[dict[str, Any]]] = {}
    for session in held:
        by_cohort.setdefault(session["cohort_id"], []).append(session)
    for enrolment_id, known in wanted.items():
        own = by_cohort.get(known["cohort_id"], [])
        found += [(one, enrolment_id) for one in own if excuses.of(known["person_id"], enrolment_id, one)]
    return excuses, found


def _far(until: str) -> str:
    """A class that starts before `until` may end after it, and leave may be about its end."""
    return f"{int(until[:4]) + 1:04}{until[4:]}"


def held_sessions(db: Db, scope: Scope, cohort_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return the class sessions of these cohorts whose register has a mark, earliest first."""
    wanted = orjson.dumps(sorted(cohort_ids)).decode()
    sql = (
        f"SELECT s.id, s.cohort_id, s.starts_at, s.ends_at FROM class_session s WHERE {scope.sessions(db.dialect)}"  # noqa: S608 - our own words; values travel as places
        f" AND s.cohort_id IN (SELECT id FROM {id_source(db.dialect, 'held')} h) AND EXISTS (SELECT 1 FROM"
        " observation o WHERE o.organisation_id = s.organisation_id AND o.session_id = s.id) ORDER BY s.starts_at, s.id"
    )
    places = {name: value for name, value in scope.places.items() if name != "person_id"}
    names = ("id", "cohort_id", "starts_at", "ends_at")
    return [dict(zip(names, row, strict=True)) for row in db.rows(sql, **places, held=wanted)]


def _enrolments(db: Db, scope: Scope) -> dict[str, dict[str, Any]]:
    sql = (
        "SELECT e.id, p.id, p.number, p.given_name, p.other_names, p.family_name, c.id, c.name, k.id, k.title"
        " FROM enrolment e JOIN person p ON p.organisation_id = e.organisation_id AND p.id = e.person_id"
        " JOIN cohort c ON c.organisation_id = e.organisation_id AND c.id = e.cohort_id"
        " JOIN course k ON k.organisation_id = c.organisation_id AND k.id = c.course_id"
        " WHERE e.organisation_id = :o AND e.testing = false"
    )
    if scope.cohort_ids is not None:
        sql += f" AND e.cohort_id IN (SELECT id FROM {id_source(db.dialect, 'cohorts')} wanted)"  # noqa: S608 - our own words; values travel as places
    if scope.person_id:
        sql += " AND e.person_id = :person_id"
    places = {name: value for name, value in scope.places.items() if name not in ("since", "until")}
    return {
        row[0]: {
            "person_id": row[1],
            "number": row[2] or "",
            "name": " ".join(part for part in row[3:6] if part),
            "cohort_id": row[6],
            "cohort": row[7],
            "course_id": row[8],
            "course": row[9],
        }
        for row in db.rows(sql, **places)
    }


def _observation(row: Sequence[Any]) -> dict[str, Any]:
    body = dict(zip(_NAMES, row[: len(_NAMES)], strict=True))
    return {**body, "supersedes": orjson.loads(body["supersedes"]), "office": bool(body["office"])}


def marks_by_enrolment(db: Db, scope: Scope) -> list[tuple[str, dict[str, Any], list[Mark]]]:
    """Return (enrolment, names, marks in order) of every enrolment with a mark, for hours and weeks."""
    people = _enrolments(db, scope)
    requests = approved_between(db, scope.organisation_id, scope.since, _far(scope.until))
    excuses = Excuses(requests)
    sql = f"SELECT {_OBSERVED} {scope.observations(db.dialect)}"
    said: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in db.rows(sql, **scope.places):
        said.setdefault(row[1], {}).setdefault(row[2], []).append(_observation(row))
    held: dict[str, list[dict[str, Any]]] = {}
    for session in held_sessions(db, scope, {known["cohort_id"] for known in people.values()}):
        held.setdefault(session["cohort_id"], []).append(session)
    made = (
        (one, known, marks_of(known["person_id"], one, held.get(known["cohort_id"], ()), said.get(one, {}), excuses))
        for one, known in people.items()
    )
    return sorted(
        (found for found in made if found[2]),
        key=lambda one: (one[1]["cohort"].casefold(), one[1]["name"].casefold(), one[0]),
    )
