"""Reads anybody's CSV or XLSX through a mapping into the records of a roster, in one pass over the file."""

import re
from collections.abc import Hashable, Iterator
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from server.learning.roster.findings import Findings
from server.learning.roster.limits import ReadLimits
from server.learning.roster.mapping import RosterField, RosterMapping, check_mapping
from server.learning.roster.names import split_name
from server.learning.roster.plan_input import RosterFile, RosterPlanInput
from server.learning.roster.records import (
    RecordStatus,
    RosterCohort,
    RosterCourse,
    RosterEnrolment,
    RosterFormat,
    RosterKind,
    RosterPerson,
    RosterPersonChange,
    RosterRole,
    RosterTerm,
)
from server.learning.roster.row_check import RowCheck
from server.learning.roster.rows import BadRow, Row, Table
from server.learning.roster.sentences import unreadable
from server.learning.roster.values import is_ambiguous_date, order_evidence
from server.learning.roster.words import ROLE_WORDS, STATUS_WORDS

DATE_FIELDS = (RosterField.DATE_OF_BIRTH, RosterField.BEGINS, RosterField.ENDS)
COMPARED = (
    *(RosterField.GIVEN_NAME, RosterField.FAMILY_NAME, RosterField.OTHER_NAMES, RosterField.NUMBER),
    *(RosterField.EMAIL, RosterField.PHONE, RosterField.DATE_OF_BIRTH, RosterField.USERNAME),
    *(RosterField.PREFERRED_LANGUAGE, RosterField.BRANCH, RosterField.ADDRESS),
    *(RosterField.GUARDIAN_NAME, RosterField.GUARDIAN_RELATION, RosterField.GUARDIAN_PHONE, RosterField.GUARDIAN_EMAIL),
    *(RosterField.SPONSOR_NAME, RosterField.SPONSOR_RELATION, RosterField.SPONSOR_PHONE, RosterField.SPONSOR_EMAIL),
)
PHONES = (RosterField.PHONE, RosterField.GUARDIAN_PHONE, RosterField.SPONSOR_PHONE)
MOST_ADDRESS = 500
CUT_PHONE = (9, 10)
"""Digits that national numbers have without their zero, in Ghana and Kenya the one, in Nigeria the other."""
_BETWEEN_ROLES = re.compile(r"\s*[,;/]\s*")


COMPARED_OF = attrgetter(*(field.value for field in COMPARED))


class _Place(NamedTuple):
    """Where a row puts its person; kept in little memory until the people are read."""

    line: int
    person_ref: str
    cohort: str
    role: RosterRole
    status: RecordStatus
    begins: date | None
    ends: date | None


class MappedInput(RosterPlanInput):
    """A CSV file or a sheet. Raises CampusError (`roster_mapping_...`, `roster_without_rows`) when it can't be read.

    A person may stand in several rows, one for each cohort; the fields of the person must then agree.
    """

    def __init__(
        self, label: str, roster_format: RosterFormat, table: Table, mapping: RosterMapping, limits: ReadLimits
    ) -> None:
        super().__init__(label, roster_format, Findings(limits.kept_errors), limits)
        self._table = table
        self._mapping = mapping
        header = _header(table, mapping)
        self._head = list(header.cells) if mapping.header_line else None
        width = len(header.cells)
        self._identity = check_mapping(mapping, table.label, width)
        self._width = width
        columns = {field.value: place for place, field in mapping.columns.items()}
        self._named = {
            field: str(header.cells[place]) if mapping.header_line else str(place + 1)
            for field, place in columns.items()
        }
        self._check = RowCheck(self.findings, table.label, columns, self._named)
        self._file = RosterFile(table.label, mapping.mode)
        self.files[RosterKind.PEOPLE] = self._file
        if mapping.cohort_code or RosterField.COHORT_CODE.value in columns:
            self.files[RosterKind.ENROLMENTS] = self._file
        self._places: list[_Place] = []
        self._terms_found: dict[str, RosterTerm] = {}
        self._courses_found: dict[str, RosterCourse] = {}
        self._cohorts_found: dict[str, RosterCohort] = {}
        self._more_roles: dict[tuple[str, RosterRole], int] = {}
        self._roles: dict[str, RosterRole] = {}
        self._seen: set[int] = set()
        self._unclear: set[RosterField] = set(DATE_FIELDS) & set(mapping.columns.values())
        self._doubtful: set[RosterField] = set()
        self._note_left_out(header)

    def _people(self) -> Iterator[RosterPerson]:
        check = self._check
        for row in self._table.rows(self._mapping.header_line, self._width):
            self._file.rows += 1
            if isinstance(row, BadRow):
                self._file.intact = False
                self.findings.error(row.code, self._table.label, row.line, **row.places)
                continue
            if row.cells == self._head:
                self._file.rows -= 1
                self.findings.note("header_again", self._table.label, line=row.line, about=str(row.line))
                continue
            check.start(row)
            ref = check.number(self._identity.value) or ""
            if not ref or check.failed:
                self._file.intact = False
                if not check.failed:
                    check.error("value_missing", self._identity.value, None)
                continue
            person = self._take(check, ref, row)
            if person is not None:
                yield person
        self._file.finished = True
        if not self._file.rows:
            raise unreadable("roster_without_rows", file=self._table.label)
        self._note_date_orders()

    def _take(self, check: RowCheck, ref: str, row: Row) -> RosterPerson | None:
        """Return the row's person if it is the first row about them; remember what else the row says."""
        status = check.choice(RosterField.STATUS, STATUS_WORDS, "status_unknown", RecordStatus.ACTIVE)
        # A status beside a cohort is about the place in it; the person stays.
        person = self._person(check, ref, RecordStatus.ACTIVE if self._has_cohorts else status)
        self._weigh_phones(check, person)
        place = self._place(check, person, status)
        first = ref not in self.known_people
        fields = COMPARED_OF(person)
        if not check.failed and not first:
            self._compare(check, ref, fields, row)
        elif not check.failed:
            self._claim(check, person)
        if check.failed:
            if first:
                self.known_people.lines[ref] = check.line
                self.known_people.refused.add(ref)
            return None
        self._seen.add(hash(tuple(row.cells)))
        self._remember(check, place)
        if not first and ref not in self.known_people.refused:
            self._remember_role(check, ref, place.role)
            return None
        self.known_people.refused.discard(ref)
        self.known_people.add(ref, check.line, fields)
        self._roles[ref] = place.role
        return person

    def _person(self, check: RowCheck, ref: str, status: RecordStatus | None) -> RosterPerson:
        given, family, others = self._names(check)
        roles, own_roles = self._said_roles(check)
        for field in self._unclear | self._doubtful:
            self._weigh_date(check, field)
        return RosterPerson(
            file=self._table.label,
            line=check.line,
            ref=ref,
            status=status or RecordStatus.ACTIVE,
            number=check.number(RosterField.NUMBER),
            given_name=given,
            family_name=family,
            other_names=others,
            email=check.email(RosterField.EMAIL),
            phone=check.phone(RosterField.PHONE),
            date_of_birth=check.day(RosterField.DATE_OF_BIRTH, self._mapping.date_order),
            username=check.text(RosterField.USERNAME),
            roles=roles,
            own_roles=own_roles,
            preferred_language=check.language(RosterField.PREFERRED_LANGUAGE),
            branch=check.text(RosterField.BRANCH),
            address=check.text(RosterField.ADDRESS, MOST_ADDRESS),
            guardian_name=check.text(RosterField.GUARDIAN_NAME),
            guardian_relation=check.text(RosterField.GUARDIAN_RELATION),
            guardian_phone=check.phone(RosterField.GUARDIAN_PHONE),
            guardian_email=check.email(RosterField.GUARDIAN_EMAIL),
            sponsor_name=check.text(RosterField.SPONSOR_NAME),
            sponsor_relation=check.text(RosterField.SPONSOR_RELATION),
            sponsor_phone=check.phone(RosterField.SPONSOR_PHONE),
            sponsor_email=check.email(RosterField.SPONSOR_EMAIL),
        )

    def _said_roles(self, check: RowCheck) -> tuple[tuple[RosterRole, ...], tuple[str, ...]]:
        """Return the roles that the cell names, one or several, and the keys of the institute's own among them."""
        said = check.text(RosterField.ROLE)
        if not said:
            return (self._mapping.role,), ()
        roles, own = dict[RosterRole, None](), dict[str, None]()
        for word in filter(None, _BETWEEN_ROLES.split(said.casefold())):
            known, key = ROLE_WORDS.get(word.replace("_", " ")), self._mapping.own_roles.get(word)
            if known is not None:
                roles[known] = None
            elif key is not None:
                own[key] = None
            else:
                check.error("role_unknown", RosterField.ROLE, word, choices=", ".join(ROLE_WORDS))
        return tuple(roles), tuple(own)

    @property
    def _has_cohorts(self) -> bool:
        return RosterKind.ENROLMENTS in self.files

    def _names(self, check: RowCheck) -> tuple[str, str, str | None]:
        if RosterField.GIVEN_NAME in self._named and RosterField.FAMILY_NAME in self._named:
            given, family = check.required(RosterField.GIVEN_NAME), check.required(RosterField.FAMILY_NAME)
            return given, family, check.text(RosterField.OTHER_NAMES)
        full = check.required(RosterField.FULL_NAME)
        parts = split_name(full, self._mapping.name_order)
        if parts is None:
            if full:
                check.error("name_not_split", RosterField.FULL_NAME, full)
            return "", "", None
        return parts.given, parts.family, check.text(RosterField.OTHER_NAMES) or parts.others

    def _place(self, check: RowCheck, person: RosterPerson, status: RecordStatus | None) -> _Place:
        begins, ends = check.span(RosterField.BEGINS, RosterField.ENDS, self._mapping.date_order)
        cohort = check.text(RosterField.COHORT_CODE) or self._mapping.cohort_code
        role = person.roles[0] if person.roles else RosterRole.STAFF
        gone = RecordStatus.REMOVED if status is RecordStatus.REMOVED else RecordStatus.ACTIVE
        return _Place(check.line, person.ref, cohort, role, gone, begins, ends)

    def _compare(self, check: RowCheck, ref: str, fields: tuple[Hashable, ...], row: Row) -> None:
        other = self.known_people.lines[ref]
        if ref in self.known_people.refused:
            return
        differing = self.known_people.differing(ref, fields)
        if differing:
            names = [
                self._named.get(COMPARED[place], self._named.get(RosterField.FULL_NAME, "")) for place in differing
            ]
            check.error(
                "person_rows_disagree", self._identity, ref, other_line=other, differing=", ".join(dict.fromkeys(names))
            )
        elif not self._has_cohorts or hash(tuple(row.cells)) in self._seen:
            check.error("duplicate_id", self._identity, ref, other_line=other)

    def _claim(self, check: RowCheck, person: RosterPerson) -> None:
        for field, value, code in (
            (RosterField.NUMBER, person.number, "number_in_two_rows"),
            (RosterField.USERNAME, person.username, "username_in_two_rows"),
            (RosterField.EMAIL, person.email, "email_in_two_rows"),
        ):
            other = self.known_people.claim(field, value.casefold(), check.line) if value else None
            if other is not None:
                check.error(code, field, value, other_line=other)

    def _remember(self, check: RowCheck, place: _Place) -> None:
        """Note the term, course and cohort that the row names; the first row to name one gives its title."""
        label, line = self._table.label, check.line
        term = check.text(RosterField.TERM) or ""
        course = check.text(RosterField.COURSE_CODE) or self._mapping.course_code
        if term and term not in self._terms_found:
            self._terms_found[term] = RosterTerm(label, line, term, title=term)
        if course and course not in self._courses_found:
            title = check.text(RosterField.COURSE_TITLE)
            self._courses_found[course] = RosterCourse(label, line, course, code=course, title=title)
        if not place.cohort:
            return
        if place.cohort not in self._cohorts_found:
            self._cohorts_found[place.cohort] = RosterCohort(
                *(label, line, place.cohort, RecordStatus.ACTIVE, place.cohort),
                *(check.text(RosterField.COHORT_TITLE), course or None, (term,) if term else ()),
            )
        self._places.append(place)

    def _remember_role(self, check: RowCheck, ref: str, role: RosterRole) -> None:
        if self._roles[ref] is not role:
            self._more_roles.setdefault((ref, role), check.line)

    def _terms(self) -> Iterator[RosterTerm]:
        yield from self._terms_found.values()

    def _courses(self) -> Iterator[RosterCourse]:
        yield from self._courses_found.values()

    def _cohorts(self) -> Iterator[RosterCohort]:
        yield from self._cohorts_found.values()

    def _person_changes(self) -> Iterator[RosterPersonChange]:
        for (ref, role), line in self._more_roles.items():
            yield RosterPersonChange(self._table.label, line, ref, added_roles=(role,))

    def _enrolments(self) -> Iterator[RosterEnrolment]:
        for place in self._places:
            yield RosterEnrolment(
                *(self._table.label, place.line, None, place.person_ref, place.cohort, place.status, place.role),
                *(False, place.begins, place.ends),
            )

    def _weigh_date(self, check: RowCheck, field: RosterField) -> None:
        value = check.text(field)
        if value and order_evidence(value) is not None:
            self._unclear.discard(field)
            self._doubtful.discard(field)
        elif value and field in self._unclear and is_ambiguous_date(value):
            self._doubtful.add(field)

    def _weigh_phones(self, check: RowCheck, person: RosterPerson) -> None:
        """Note the first number of a column that has neither a zero nor a plus: a spreadsheet may have cut it off."""
        for field in PHONES:
            value = getattr(person, field.value) or ""
            if len(value) in CUT_PHONE and value.isdigit() and value[0] != "0":
                self.findings.note(
                    *("phone_without_zero", self._table.label), line=check.line, about=self._named[field], value=value
                )

    def _note_date_orders(self) -> None:
        for field in sorted(self._doubtful & self._unclear):
            order = self._mapping.date_order.value
            self.findings.note("date_order_unclear", self._table.label, about=self._named[field], order=order)

    def _note_left_out(self, header: Row) -> None:
        if self._mapping.header_line:
            for place, cell in enumerate(header.cells):
                if place not in self._mapping.columns and str(cell):
                    self.findings.note("column_left_out", self._table.label, about=str(cell))


def _header(table: Table, mapping: RosterMapping) -> Row:
    """Return the row of column names, or without one the first row, for its width."""
    for row in table.rows():
        if isinstance(row, Row) and row.line >= mapping.header_line:
            return row
    raise unreadable("roster_file_empty", file=table.label)
