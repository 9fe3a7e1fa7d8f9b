"""Joins users, roles, user profiles and demographics of a OneRoster zip into people."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from server.learning.roster.findings import Findings
from server.learning.roster.known_rows import KnownPeople
from server.learning.roster.oneroster_tables import (
    DEMOGRAPHICS,
    ROLE_TYPES,
    ROLES,
    STATUSES,
    USER_PROFILES,
    USER_ROLES,
)
from server.learning.roster.oneroster_zip import OneRosterTable
from server.learning.roster.records import FileMode, RecordStatus, RosterPerson, RosterPersonChange, RosterRole
from server.learning.roster.row_check import RowCheck

USERS_FILE = "users.csv"
Roles = tuple[RosterRole, ...]
# What a second row of the same person is compared in, by the names of the format.
COMPARED = (
    *("given name", "family name", "middle name", "identifier", "email", "phone", "username", "role"),
    *("preferred name", "enabledUser", "status"),
)


@dataclass(frozen=True, slots=True)
class _RoleRows:
    line: int
    added: Roles = ()
    removed: Roles = ()


class PeopleReader:
    """Reads the small tables about people whole, then the users row by row."""

    def __init__(self, tables: Mapping[str, OneRosterTable], known: KnownPeople, findings: Findings) -> None:
        self._tables = tables
        self._known = known
        self._findings = findings
        self._roles: dict[str, _RoleRows] = {}
        self._births: dict[str, tuple[int, date]] = {}
        self._usernames: dict[str, str] = {}

    def people(self) -> Iterator[RosterPerson]:
        """Yield the people of users.csv with what the other tables say about them."""
        self._read_roles()
        self._read_births()
        self._read_usernames()
        users = self._tables.get("users")
        if users is None:
            return
        if "password" in users.columns:
            self._findings.note("passwords_left_out", USERS_FILE)
        if "role" not in users.columns and ROLES.name not in self._tables:
            self._findings.note("roles_not_there", USERS_FILE)
        for check in users.rows():
            ref = check.required("sourcedId")
            if not ref:
                users.file.intact = False
                continue
            person = self._person(check, ref)
            if person is not None and self._accept(person, check):
                yield person
            elif ref not in self._known:
                self._known.lines[ref] = check.line
                self._known.refused.add(ref)

    def changes(self) -> Iterator[RosterPersonChange]:
        """Yield roles taken away, and roles and dates of birth of people without a row in this file."""
        users = self._tables.get("users")
        complete = users is not None and users.file.mode is FileMode.BULK and users.file.intact
        for ref, rows in self._roles.items():
            there = ref in self._known
            if not there and complete:
                self._findings.error("unknown_person", ROLES.file, rows.line, column="userSourcedId", value=ref)
            elif rows.removed or (rows.added and not there):
                added = () if there else rows.added
                yield RosterPersonChange(ROLES.file, rows.line, ref, added_roles=added, removed_roles=rows.removed)
        for ref, (line, born) in self._births.items():
            if ref in self._known:
                continue
            if complete:
                self._findings.error("unknown_person", DEMOGRAPHICS.file, line, column="sourcedId", value=ref)
            else:
                yield RosterPersonChange(DEMOGRAPHICS.file, line, ref, date_of_birth=born)

    def _person(self, check: RowCheck, ref: str) -> RosterPerson | None:
        status = check.choice("status", STATUSES, "status_unknown", RecordStatus.ACTIVE)
        if status is None:
            return None
        if status is RecordStatus.REMOVED:
            return RosterPerson(USERS_FILE, check.line, ref, status)
        roles = self._roles_of(check, ref)
        born = self._births.get(ref)
        person = RosterPerson(
            file=USERS_FILE,
            line=check.line,
            ref=ref,
            number=check.number("identifier"),
            given_name=check.required("givenName"),
            family_name=check.required("familyName"),
            other_names=check.text("middleName"),
            preferred_name=check.text("preferredGivenName"),
            email=check.email("email"),
            phone=check.phone("phone") or check.phone("sms"),
            date_of_birth=born[1] if born else None,
            username=check.text("username") or self._usernames.get(ref),
            roles=roles,
            enabled=check.boolean("enabledUser"),
            changed_at=check.text("dateLastModified"),
        )
        return None if check.failed else person

    def _roles_of(self, check: RowCheck, ref: str) -> Roles:
        rows = self._roles.get(ref)
        if rows is not None and rows.added:
            return rows.added
        named = check.choice("role", USER_ROLES, "role_unknown")
        if named is not None:
            return (named,)
        table = self._tables.get(ROLES.name)
        if table is not None and table.file.mode is FileMode.BULK and not check.failed:
            check.error("roles_missing", None, ref)
        elif table is None and check.text("role") == "" and not check.failed:
            check.error("value_missing", "role", None)
        return ()

    def _accept(self, person: RosterPerson, check: RowCheck) -> bool:
        """Tell a first row of a person from a second, and from another person with the same address or number."""
        fields = _compared(person)
        if person.ref in self._known:
            self._report_second_row(person, check, fields)
            return False
        if person.status is RecordStatus.ACTIVE:
            for what, value, code in (
                ("email", person.email, "email_in_two_rows"),
                ("username", person.username, "username_in_two_rows"),
                ("identifier", person.number, "number_in_two_rows"),
            ):
                other = self._known.claim(what, value.casefold(), check.line) if value else None
                if other is not None:
                    check.error(code, what, value, other_line=other)
            if check.failed:
                return False
        self._known.add(person.ref, person.line, fields)
        return True

    def _report_second_row(self, person: RosterPerson, check: RowCheck, fields: tuple[Hashable, ...]) -> None:
        other = self._known.lines[person.ref]
        differing = [] if person.ref in self._known.refused else self._known.differing(person.ref, fields)
        if differing:
            names = ", ".join(COMPARED[place] for place in differing)
            check.error("person_rows_disagree", "sourcedId", person.ref, other_line=other, differing=names)
        else:
            check.error("duplicate_id", "sourcedId", person.ref, other_line=other)

    def _read_roles(self) -> None:
        for check, ref, status in self._rows_about(ROLES.name, "userSourcedId"):
            role = check.choice("role", USER_ROLES, "role_unknown")
            if role is None and not check.failed:
                check.error("value_missing", "role", None)
            check.choice("roleType", ROLE_TYPES)
            check.span("beginDate", "endDate")
            if role is None or check.failed:
                continue
            known = self._roles.get(ref) or _RoleRows(check.line)
            added, removed = known.added, known.removed
            if status is RecordStatus.ACTIVE and role not in added:
                added = (*added, role)
            elif status is RecordStatus.REMOVED and role not in removed:
                removed = (*removed, role)
            self._roles[ref] = _RoleRows(known.line, added, removed)

    def _read_births(self) -> None:
        for check, ref, status in self._rows_about(DEMOGRAPHICS.name, "sourcedId"):
            born = check.day("birthDate")
            if born is not None and not check.failed and status is RecordStatus.ACTIVE:
                self._births[ref] = (check.line, born)

    def _read_usernames(self) -> None:
        for check, ref, status in self._rows_about(USER_PROFILES.name, "userSourcedId"):
            username = check.text("username")
            if username and not check.failed and status is RecordStatus.ACTIVE:
                self._usernames.setdefault(ref, username)

    def _rows_about(self, name: str, column: str) -> Iterator[tuple[RowCheck, str, RecordStatus]]:
        table = self._tables.get(name)
        if table is None:
            return
        if "password" in table.columns:
            self._findings.note("passwords_left_out", table.spec.file)
        for check in table.rows():
            ref = check.required(column)
            status = check.choice("status", STATUSES, "status_unknown", RecordStatus.ACTIVE)
            if ref and status is not None and not check.failed:
                yield check, ref, status


def _compared(person: RosterPerson) -> tuple[Hashable, ...]:
    return (
        *(person.given_name, person.family_name, person.other_names, person.number, person.email, person.phone),
        *(person.username, person.roles, person.preferred_name, person.enabled, person.status),
    )
