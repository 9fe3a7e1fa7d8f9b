"""Works out what a roster's enrolments change: places of students, and who teaches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from server.core.entities import Body
from server.learning.imports.catalogue_plan import CataloguePlan
from server.learning.imports.changes import Change, ChangeType, Fields, created_fields
from server.learning.imports.plan import Plan, chunks, packed_id, unpacked_id
from server.learning.imports.sentences import report
from server.learning.roster.records import RecordStatus, RosterEnrolment, RosterRole
from shared.learning.vocabulary import ENROLMENT, EnrolmentState
from shared.people.vocabulary import PERSON

SPOOL = "enrolments"
_ENDABLE = frozenset({EnrolmentState.PENDING, EnrolmentState.ACTIVE, EnrolmentState.SUSPENDED})
_BACK = frozenset({EnrolmentState.PENDING, EnrolmentState.DROPPED, EnrolmentState.CANCELLED})
Pair = tuple[str, str]


@dataclass
class _Known:
    """What earlier imports know about one chunk: people, enrolments, and those enrolments that are taken away."""

    people: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    removed: Mapping[str, Body] = field(default_factory=dict)


class EnrolmentsPlan:
    """Plans places in cohorts. An instructor's place makes him or her one of the cohort's instructors."""

    def __init__(self, plan: Plan, catalogue: CataloguePlan, *, linking: bool) -> None:
        self._plan = plan
        self._catalogue = catalogue
        self._linking = linking
        self.seen: set[bytes] = set()
        """Packed cohort and person of each place that the roster names."""
        self.teachers: dict[str, set[str]] = {}
        self.ended = 0

    def enrolments(self, records: Iterable[RosterEnrolment]) -> None:
        """Plan the enrolments."""
        for chunk in chunks(records):
            known = self._known(chunk)
            pairs = [self._pair(one, known) for one in chunk]
            present = self._plan.lookups.enrolments_of({pair for pair in pairs if pair is not None})
            for record, pair in zip(chunk, pairs, strict=True):
                if pair is not None:
                    self._enrolment(record, pair, present.get(pair), known.links.get(record.ref or ""))

    def _known(self, chunk: Sequence[RosterEnrolment]) -> _Known:
        known = _Known()
        if not self._linking:
            return known
        lookups = self._plan.lookups
        missing = [one.person_ref for one in chunk if one.person_ref not in self._plan.people]
        if missing:
            known.people = lookups.external(PERSON, missing)
        known.links = lookups.external(ENROLMENT, (one.ref for one in chunk if one.ref))
        removed = [one.ref for one in chunk if one.ref in known.links and one.status is RecordStatus.REMOVED]
        if removed:
            known.removed = lookups.by_id(ENROLMENT, (known.links[ref] for ref in removed if ref))
        return known

    def _pair(self, record: RosterEnrolment, known: _Known) -> Pair | None:
        """Return the cohort and the person, or None where the row can't be placed; the findings then say why."""
        body = known.removed.get(known.links.get(record.ref or "", ""))
        if body is not None:
            return body["cohort_id"], body["person_id"]
        plan = self._plan
        removed = record.status is RecordStatus.REMOVED
        packed = plan.people.get(record.person_ref)
        person_id = unpacked_id(packed) if packed else known.people.get(record.person_ref)
        cohort = self._catalogue.cohort(record.cohort_ref)
        if person_id is not None and cohort is not None:
            return cohort["id"], person_id
        if removed:
            plan.unchanged(ENROLMENT, record.file, record.line)
            return None
        self._report_unknown(record, person_known=person_id is not None)
        return None

    def _report_unknown(self, record: RosterEnrolment, *, person_known: bool) -> None:
        if record.person_ref in self._plan.left:
            return
        findings, place = self._plan.findings, (record.file, record.line)
        if not person_known:
            refused = record.person_ref in self._plan.people
            code = "enrolment_of_refused_person" if refused else "unknown_person"
            findings.error(code, *place, column="userSourcedId" if self._linking else None, value=record.person_ref)
        elif self._linking:
            findings.error("unknown_cohort", *place, column="classSourcedId", value=record.cohort_ref)
        else:
            report(findings, "enrolment_needs_course", *place, value=record.cohort_ref)

    def _enrolment(self, record: RosterEnrolment, pair: Pair, body: Body | None, linked: str | None) -> None:
        plan, (cohort_id, person_id) = self._plan, pair
        if record.role is RosterRole.INSTRUCTOR:
            self._teacher(record, cohort_id, person_id)
            return
        key = packed_id(cohort_id) + packed_id(person_id)
        if record.role is not RosterRole.STUDENT or key in self.seen:
            plan.tally.mark(record.file, record.line, "unchanged")
            return
        self.seen.add(key)
        label = f"{plan.names.get(person_id, record.person_ref)}, {plan.names.get(cohort_id, record.cohort_ref)}"[:200]
        external_id = record.ref if self._linking and (body is None or linked != body["id"]) else None
        if record.status is RecordStatus.REMOVED:
            self._end(record, body, label)
        elif body is None:
            values = {
                "cohort_id": cohort_id,
                "person_id": person_id,
                "state": str(EnrolmentState.ACTIVE),
                "enrolled_on": record.begins.isoformat() if record.begins else None,
            }
            fields = created_fields(values)
            made = Change(ENROLMENT, plan.new_id(), ChangeType.CREATED, label, fields, None, external_id)
            plan.put(SPOOL, made, at=record)
            plan.tally.mark(record.file, record.line, "created")
        elif body["state"] in _BACK:
            state: Fields = {"state": [body["state"], str(EnrolmentState.ACTIVE)]}
            back = Change(ENROLMENT, body["id"], ChangeType.UPDATED, label, state, body["revision"], external_id)
            plan.put(SPOOL, back, at=record)
            plan.tally.mark(record.file, record.line, "updated")
        else:
            plan.unchanged(ENROLMENT, record.file, record.line)
            if external_id is not None:
                plan.put(SPOOL, Change(ENROLMENT, body["id"], ChangeType.LINKED, label, external_id=external_id))

    def _teacher(self, record: RosterEnrolment, cohort_id: str, person_id: str) -> None:
        teachers = self.teachers.setdefault(cohort_id, set())
        if record.status is RecordStatus.REMOVED:
            self._plan.tally.mark(record.file, record.line, "unchanged")
            return
        teachers.add(person_id)
        cohort = self._catalogue.body(cohort_id)
        there = person_id in cohort["instructors"]
        self._plan.tally.mark(record.file, record.line, "unchanged" if there else "created")

    def _end(self, record: RosterEnrolment, body: Body | None, label: str) -> None:
        if body is None or body["state"] not in _ENDABLE:
            self._plan.unchanged(ENROLMENT, record.file, record.line)
            return
        self.end(body, label)
        self._plan.tally.mark(record.file, record.line, ChangeType.DEACTIVATED)

    def end(self, body: Body, label: str) -> None:
        """Plan that an enrolment is over."""
        fields: Fields = {"state": [body["state"], str(EnrolmentState.DROPPED)]}
        self._plan.put(SPOOL, Change(ENROLMENT, body["id"], ChangeType.DEACTIVATED, label, fields, body["revision"]))
        self.ended += 1
