"""Reads a OneRoster 1.1 or 1.2 zip, bulk or delta, into the records of a roster."""

from collections.abc import Iterator
from pathlib import Path

from server.learning.roster.archive import RosterArchive
from server.learning.roster.findings import Findings
from server.learning.roster.limits import ReadLimits
from server.learning.roster.oneroster_people import PeopleReader
from server.learning.roster.oneroster_tables import (
    CLASSES,
    COURSES,
    ENROLMENT_ROLES,
    ENROLMENTS,
    ORGS,
    SESSION_KINDS,
    SESSIONS,
    STATUSES,
)
from server.learning.roster.oneroster_zip import OneRosterFiles, OneRosterTable, open_files
from server.learning.roster.plan_input import RosterPlanInput
from server.learning.roster.records import (
    RecordStatus,
    RosterCohort,
    RosterCourse,
    RosterEnrolment,
    RosterKind,
    RosterPerson,
    RosterPersonChange,
    RosterRole,
    RosterTerm,
)
from server.learning.roster.row_check import RowCheck

TABLE_OF_KIND = {
    RosterKind.PEOPLE: "users",
    RosterKind.TERMS: SESSIONS.name,
    RosterKind.COURSES: COURSES.name,
    RosterKind.COHORTS: CLASSES.name,
    RosterKind.ENROLMENTS: ENROLMENTS.name,
}


class OneRosterInput(RosterPlanInput):
    """A OneRoster zip. Raises CampusError (`roster_zip_...`, `roster_version_unknown`) when it cannot be read."""

    def __init__(self, path: Path, label: str, limits: ReadLimits) -> None:
        findings = Findings(limits.kept_errors)
        archive = RosterArchive(path, label, limits)
        try:
            files: OneRosterFiles = open_files(archive, findings, limits)
        except BaseException:
            archive.close()
            raise
        super().__init__(label, files.version, findings, limits)
        self._resources.callback(archive.close)
        self._tables = files.tables
        self.files = {kind: files.tables[name].file for kind, name in TABLE_OF_KIND.items() if name in files.tables}
        self._people_reader = PeopleReader(files.tables, self.known_people, findings)

    def _people(self) -> Iterator[RosterPerson]:
        for _ in self._ids_only(ORGS.name):
            pass
        yield from self._people_reader.people()

    def _person_changes(self) -> Iterator[RosterPersonChange]:
        yield from self._people_reader.changes()

    def _terms(self) -> Iterator[RosterTerm]:
        for check, ref, status in self._rows(RosterKind.TERMS):
            if status is RecordStatus.REMOVED:
                yield RosterTerm(SESSIONS.file, check.line, ref, status)
                continue
            begins, ends = check.span("startDate", "endDate", required=True)
            term = RosterTerm(
                SESSIONS.file,
                check.line,
                ref,
                title=check.required("title"),
                kind=check.choice("type", SESSION_KINDS),
                begins=begins,
                ends=ends,
                parent_ref=check.text("parentSourcedId"),
            )
            if self._keep(RosterKind.TERMS, ref, check):
                yield term

    def _courses(self) -> Iterator[RosterCourse]:
        for check, ref, status in self._rows(RosterKind.COURSES):
            if status is RecordStatus.REMOVED:
                yield RosterCourse(COURSES.file, check.line, ref, status)
                continue
            title, code = check.required("title"), check.text("courseCode")
            if self._keep(RosterKind.COURSES, ref, check):
                yield RosterCourse(COURSES.file, check.line, ref, code=code, title=title)

    def _cohorts(self) -> Iterator[RosterCohort]:
        for check, ref, status in self._rows(RosterKind.COHORTS):
            if status is RecordStatus.REMOVED:
                yield RosterCohort(CLASSES.file, check.line, ref, status)
                continue
            course = check.required("courseSourcedId")
            terms = tuple(part.strip() for part in (check.text("termSourcedIds") or "").split(",") if part.strip())
            self._check_there(RosterKind.COURSES, course, check, "unknown_course", "courseSourcedId")
            for term in terms:
                self._check_there(RosterKind.TERMS, term, check, "unknown_term", "termSourcedIds")
            cohort = RosterCohort(
                CLASSES.file,
                check.line,
                ref,
                code=check.text("classCode"),
                title=check.required("title"),
                course_ref=course,
                term_refs=terms,
                location=check.text("location"),
            )
            if self._keep(RosterKind.COHORTS, ref, check):
                yield cohort

    def _enrolments(self) -> Iterator[RosterEnrolment]:
        for check, ref, status in self._rows(RosterKind.ENROLMENTS):
            if status is RecordStatus.REMOVED:
                person, cohort = check.text("userSourcedId") or "", check.text("classSourcedId") or ""
                yield RosterEnrolment(ENROLMENTS.file, check.line, ref, person, cohort, status)
                continue
            person, cohort = check.required("userSourcedId"), check.required("classSourcedId")
            if person in self.refused(RosterKind.PEOPLE):
                check.error("enrolment_of_refused_person", "userSourcedId", person)
            if cohort in self.refused(RosterKind.COHORTS):
                check.error("enrolment_of_refused_cohort", "classSourcedId", cohort)
            self._check_there(RosterKind.PEOPLE, person, check, "unknown_person", "userSourcedId")
            self._check_there(RosterKind.COHORTS, cohort, check, "unknown_cohort", "classSourcedId")
            role = check.choice("role", ENROLMENT_ROLES, "role_unknown")
            if role is None and not check.failed:
                check.error("value_missing", "role", None)
            begins, ends = check.span("beginDate", "endDate")
            primary = check.boolean("primary") or False
            if self._keep(RosterKind.ENROLMENTS, ref, check):
                yield RosterEnrolment(
                    *(ENROLMENTS.file, check.line, ref, person, cohort, RecordStatus.ACTIVE),
                    *(role or RosterRole.STUDENT, primary, begins, ends),
                )

    def _rows(self, kind: RosterKind) -> Iterator[tuple[RowCheck, str, RecordStatus]]:
        """Yield each row that has an id of its own and a readable status."""
        known = self.known[kind]
        for check, ref in self._ids_only(TABLE_OF_KIND[kind], known.lines):
            status = check.choice("status", STATUSES, "status_unknown", RecordStatus.ACTIVE)
            if status is None or check.failed:
                known.refused.add(ref)
            else:
                yield check, ref, status

    def _ids_only(self, name: str, lines: dict[str, int] | None = None) -> Iterator[tuple[RowCheck, str]]:
        """Yield each row of a table with its sourcedId; rows without one or with one already taken are errors."""
        table: OneRosterTable | None = self._tables.get(name)
        if table is None:
            return
        taken = {} if lines is None else lines
        for check in table.rows():
            ref = check.required("sourcedId")
            if not ref:
                table.file.intact = False
            elif (other := taken.setdefault(ref, check.line)) != check.line:
                check.error("duplicate_id", "sourcedId", ref, other_line=other)
            else:
                yield check, ref

    def _check_there(self, kind: RosterKind, ref: str, check: RowCheck, code: str, column: str) -> None:
        """Fail the row when it names what a complete list of the kind does not hold."""
        known = self.known[kind]
        if ref and self.lists_all(kind) and ref not in known and ref not in known.refused:
            check.error(code, column, ref)

    def _keep(self, kind: RosterKind, ref: str, check: RowCheck) -> bool:
        if check.failed:
            self.known[kind].refused.add(ref)
        return not check.failed
