"""Works out what a roster's terms, courses and cohorts change; there are few of them, so all stay in memory."""

from collections.abc import Iterable, Mapping
from typing import Any

from server.core.entities import Body
from server.learning.imports.changes import Change, ChangeType, Fields, created_fields
from server.learning.imports.plan import Plan
from server.learning.imports.sentences import report
from server.learning.roster.records import RecordStatus, RosterCohort, RosterCourse, RosterTerm
from shared.learning.vocabulary import ACADEMIC_TERM, COHORT, COURSE

SPOOL = "catalogue"
_UNIQUE = {ACADEMIC_TERM: "name", COURSE: "code", COHORT: "code"}
_LONGEST = {"code": 40, "title": 200, "room": 100}


class _Shelf:
    """All rows of one kind, those of the plan among them, found by their ref or their code."""

    def __init__(self, plan: Plan, kind: str, *, linking: bool) -> None:
        self.kind = kind
        self.unique = _UNIQUE[kind]
        self.rows: dict[str, Body] = {body["id"]: body for body in plan.lookups.all_of(kind)}
        self.links = plan.lookups.external_all(kind) if linking else {}
        self.refs: dict[str, str] = {ref: one for ref, one in self.links.items() if one in self.rows}
        self.codes = {body[self.unique]: body["id"] for body in self.rows.values()}
        self.claimed: set[str] = set()
        self.changes: dict[str, Change] = {}

    def match(self, ref: str, code: str) -> Body | None:
        """Return the row that a ref or else a code names, if no earlier row of this file took it."""
        entity_id = self.refs.get(ref) or self.codes.get(code)
        return None if entity_id is None or entity_id in self.claimed else self.rows[entity_id]

    def free(self, wanted: str, more: str, longest: int) -> str:
        """Return `wanted`, or where it is taken the nearest code that is free."""
        for code in (wanted, f"{more}-{wanted}" if more else wanted):
            if code and len(code) <= longest and code not in self.codes:
                return code
        number = 2
        while (code := f"{wanted[: longest - 6]}-{number}") in self.codes:
            number += 1
        return code


class CataloguePlan:
    """Plans terms, courses and cohorts, and later who teaches."""

    def __init__(self, plan: Plan, *, linking: bool) -> None:
        self._plan = plan
        self._linking = linking
        self._terms = _Shelf(plan, ACADEMIC_TERM, linking=linking)
        self._courses = _Shelf(plan, COURSE, linking=linking)
        self._cohorts = _Shelf(plan, COHORT, linking=linking)
        self._linked_cohorts = set(self._cohorts.links.values())
        self.said_cohorts: set[str] = set()

    def cohort(self, ref: str) -> Body | None:
        """Return the cohort that a ref names, here or in the plan."""
        entity_id = self._cohorts.refs.get(ref)
        return self._cohorts.rows.get(entity_id or "")

    def is_rostered(self, cohort_id: str) -> bool:
        """Tell whether this roster speaks about a cohort: it is in the file, or an earlier one brought it."""
        return cohort_id in self.said_cohorts or cohort_id in self._linked_cohorts

    def body(self, cohort_id: str) -> Body:
        """Return a cohort, here or in the plan."""
        return self._cohorts.rows[cohort_id]

    def terms(self, records: Iterable[RosterTerm]) -> None:
        """Plan terms; one without dates can only be found, not made."""
        for term in records:
            removed = term.status is RecordStatus.REMOVED
            body = self._terms.match(term.ref, term.title or "")
            if removed or (body is None and (term.begins is None or term.ends is None)):
                self._plan.tally.mark(term.file, term.line, "unchanged")
                continue
            values = {
                "name": (term.title or "")[:100],
                "starts_on": term.begins.isoformat() if term.begins else "",
                "ends_on": term.ends.isoformat() if term.ends else "",
            }
            if body is not None and term.ref not in self._terms.links and body["starts_on"] != values["starts_on"]:
                body = None if values["starts_on"] else body  # another year's term of the same name
            if body is None:
                values["name"] = self._terms.free(values["name"], values["starts_on"], 100)
            self._place(self._terms, term, values, body)

    def courses(self, records: Iterable[RosterCourse]) -> None:
        """Plan courses; one without a code gets its ref as code."""
        for course in records:
            code = (course.code or course.ref)[: _LONGEST["code"]]
            body = self._courses.match(course.ref, code)
            if course.status is RecordStatus.REMOVED:
                self._archive(self._courses, course, body)
                continue
            values = {"code": code, "title": (course.title or "")[: _LONGEST["title"]]}
            if body is None:
                values["title"] = values["title"] or code
                values["code"] = self._courses.free(code, "", _LONGEST["code"])
            self._place(self._courses, course, values, body)

    def cohorts(self, records: Iterable[RosterCohort]) -> None:
        """Plan cohorts; a new one needs a course that the file or the database knows."""
        for cohort in records:
            code = (cohort.code or cohort.ref)[: _LONGEST["code"]]
            body = self._cohorts.match(cohort.ref, code)
            if cohort.status is RecordStatus.REMOVED:
                self._archive(self._cohorts, cohort, body)
                continue
            course = self._courses.rows.get(self._courses.refs.get(cohort.course_ref or "", ""))
            if body is not None and course is not None and body["course_id"] != course["id"]:
                if cohort.ref in self._cohorts.links:
                    self._report_other_course(cohort, body, course)
                    continue
                body = None  # another course's class with the same code
            values: Body = {
                "code": code,
                "name": (cohort.title or "")[: _LONGEST["title"]],
                "room": (cohort.location or "")[: _LONGEST["room"]],
            }
            if body is None:
                if course is None:
                    self._report_no_course(cohort, code)
                    continue
                values |= {"course_id": course["id"], "name": values["name"] or code, **self._span(cohort)}
                values["code"] = self._cohorts.free(code, course["code"], _LONGEST["code"])
            self._place(self._cohorts, cohort, values, body)
            self.said_cohorts.add(self._cohorts.refs[cohort.ref])

    def _report_no_course(self, cohort: RosterCohort, code: str) -> None:
        if not self._linking:
            return  # each row of a table that names the class says so itself
        findings = self._plan.findings
        if cohort.course_ref:
            findings.error(
                *("unknown_course", cohort.file, cohort.line), column="courseSourcedId", value=cohort.course_ref
            )
        else:
            report(findings, "cohort_needs_course", cohort.file, cohort.line, value=code)

    def _report_other_course(self, cohort: RosterCohort, body: Body, course: Body) -> None:
        here = self._courses.rows.get(body["course_id"], {})
        report(
            *(self._plan.findings, "cohort_of_another_course", cohort.file, cohort.line),
            value=body["code"], holder=here.get("code", ""), wanted=course["code"],
        )  # fmt: skip

    def _span(self, cohort: RosterCohort) -> Body:
        terms = [self._terms.rows.get(self._terms.refs.get(ref, "")) for ref in cohort.term_refs]
        known = [term for term in terms if term is not None]
        if not known:
            return {}
        return {
            "starts_on": min(term["starts_on"] for term in known),
            "ends_on": max(term["ends_on"] for term in known),
        }

    def _place(
        self, shelf: _Shelf, record: RosterTerm | RosterCourse | RosterCohort, values: Body, body: Body | None
    ) -> None:
        """Plan one row: make it, change it, or leave it; its ref names it from now on."""
        ref = record.ref
        linked = body is not None and shelf.links.get(ref) == body["id"]
        external_id = ref if self._linking and not linked else None
        if body is None:
            entity_id = self._plan.new_id()
            change = Change(shelf.kind, entity_id, ChangeType.CREATED, _label(values), created_fields(values))
            body = {"archived": False, "instructors": [], "starts_on": None, "ends_on": None, **values, "id": entity_id}
            outcome = "created"
        else:
            wanted = {name: value for name, value in values.items() if value and not self._is_taken(shelf, name, value)}
            if body.get("archived"):
                wanted["archived"] = False
            fields: Fields = {name: [body.get(name), new] for name, new in wanted.items() if body.get(name) != new}
            kind = ChangeType.UPDATED if fields else ChangeType.LINKED
            change = Change(shelf.kind, body["id"], kind, _label(body), fields, body["revision"])
            body = {**body, **wanted}
            outcome = "updated" if fields else "unchanged"
        change.external_id = external_id
        shelf.rows[body["id"]] = body
        shelf.codes.setdefault(body[shelf.unique], body["id"])
        shelf.refs[ref] = body["id"]
        shelf.claimed.add(body["id"])
        shelf.changes[body["id"]] = change
        self._plan.name(body["id"], _label(body))
        self._plan.tally.mark(record.file, record.line, outcome)

    def _is_taken(self, shelf: _Shelf, name: str, value: Any) -> bool:
        """A code that another row has stays with it; the row keeps the code that it was given here."""
        return name == shelf.unique and value in shelf.codes

    def _archive(self, shelf: _Shelf, record: RosterCourse | RosterCohort, body: Body | None) -> None:
        if body is None or body["archived"]:
            self._plan.tally.mark(record.file, record.line, "unchanged")
            return
        fields: Fields = {"archived": [False, True]}
        change = Change(shelf.kind, body["id"], ChangeType.DEACTIVATED, _label(body), fields, body["revision"])
        shelf.changes[body["id"]] = change
        shelf.claimed.add(body["id"])
        self._plan.tally.mark(record.file, record.line, ChangeType.DEACTIVATED)

    def archive_absent(self, kind: str, refused: set[str]) -> None:
        """Archive what an earlier roster of this source brought and this complete one doesn't name."""
        shelf = {COURSE: self._courses, COHORT: self._cohorts}[kind]
        kept = {shelf.links[ref] for ref in refused if ref in shelf.links}
        for entity_id in sorted(set(shelf.links.values()) - shelf.claimed - kept):
            body = shelf.rows.get(entity_id)
            if body is not None and not body["archived"]:
                fields: Fields = {"archived": [False, True]}
                shelf.changes[entity_id] = Change(
                    *(kind, entity_id, ChangeType.DEACTIVATED, _label(body), fields, body["revision"])
                )
                self._plan.tally.absent += 1

    def teach(self, teachers: Mapping[str, set[str]], *, all_of_them: bool) -> None:
        """Give cohorts their instructors; a complete list takes others away, where it names any."""
        for cohort_id, people in teachers.items():
            body = self._cohorts.rows[cohort_id]
            present = list(body["instructors"])
            kept = [one for one in present if one in people] if all_of_them else present
            wanted = [*kept, *sorted(people - set(kept))]
            if wanted == present:
                continue
            change = self._cohorts.changes.get(cohort_id)
            if change is None:
                change = Change(COHORT, cohort_id, ChangeType.LINKED, _label(body), base=body["revision"])
                self._cohorts.changes[cohort_id] = change
            if change.change is ChangeType.LINKED:
                change.change = ChangeType.UPDATED
            change.fields["instructors"] = [None if change.change is ChangeType.CREATED else present, wanted]

    def write(self) -> None:
        """Put the changes into the plan: terms and courses before the cohorts that name them."""
        for shelf in (self._terms, self._courses, self._cohorts):
            for change in shelf.changes.values():
                if change.change is not ChangeType.LINKED:
                    self._plan.put(SPOOL, change)
                    continue
                self._plan.tally.count(shelf.kind, "unchanged")
                if change.external_id is not None:
                    self._plan.put(SPOOL, change)


def _label(body: Mapping[str, Any]) -> str:
    name = body.get("title") or body.get("name") or ""
    code = body.get("code") or ""
    return (f"{code} {name}" if code and code != name else name)[:200]
