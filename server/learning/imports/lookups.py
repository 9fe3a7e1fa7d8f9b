"""Reads what the database knows about a chunk of a roster, in sets."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import orjson

from server.core.database import Database, Db
from server.core.entities import Body, EntityKind
from server.core.sql import SetSql
from server.learning.enrolment_service import ENROLMENT_KIND
from server.learning.imports.changes import KINDS
from server.people.institute_day import institute_day
from server.people.person_kind import PERSON_KIND
from server.people.role_kind import grants_in
from shared.people.permissions import Grants
from shared.people.vocabulary import PERSON

PAGE = 2_000


def _by(kind: EntityKind, column: str) -> SetSql:
    table = kind.table.name
    return SetSql(
        f"SELECT {kind.selected()} FROM {{ids}} i {{by}} {table} t"  # noqa: S608 - names of our own tables
        f" ON t.organisation_id = :organisation_id AND t.{column} = i.id"
    )


def _all(kind: EntityKind) -> str:
    table = kind.table.name
    return f"SELECT {kind.selected()} FROM {table} t WHERE t.organisation_id = :organisation_id"  # noqa: S608 - same


_BY_ID = {name: _by(kind, "id") for name, kind in KINDS.items()}
_PERSON_BY = {
    "number": _by(PERSON_KIND, "number_folded"),
    "username": _by(PERSON_KIND, "username"),
    "email": _by(PERSON_KIND, "email_folded"),
    "phone": _by(PERSON_KIND, "phone_digits"),
    "name": _by(PERSON_KIND, "sort_name"),
}
_ALL = {name: _all(kind) for name, kind in KINDS.items()}
_PAGED = " AND t.id > :after ORDER BY t.id LIMIT :page"
_ACTIVE_PEOPLE = _ALL[PERSON] + " AND t.state = 'active'"
_ATTENDED = _all(ENROLMENT_KIND) + " AND t.state IN ('active', 'suspended')"
_PAIRS = SetSql(
    f"SELECT {ENROLMENT_KIND.selected()} FROM {{rows}} r {{by}} enrolment t"  # noqa: S608 - same
    " ON t.organisation_id = :organisation_id AND t.cohort_id = r.cohort_id AND t.person_id = r.person_id",
    cohort_id="text",
    person_id="text",
)
_EXTERNAL = SetSql(
    "SELECT e.external_id, e.entity_id FROM {ids} i {by} external_id e ON e.organisation_id = :organisation_id"
    " AND e.source = :source AND e.kind = :kind AND e.external_id = i.id"
)
_EXTERNAL_ALL = """
SELECT external_id, entity_id FROM external_id
WHERE organisation_id = :organisation_id AND source = :source AND kind = :kind
"""
_EXTERNAL_OF = SetSql(
    "SELECT DISTINCT e.entity_id FROM {ids} i {by} external_id e ON e.organisation_id = :organisation_id"
    " AND e.source = :source AND e.kind = :kind AND e.entity_id = i.id"
)
_BRANCHES = "SELECT id, name, state FROM branch WHERE organisation_id = :organisation_id ORDER BY id"
_COUNT_PEOPLE = "SELECT count(*) FROM person WHERE organisation_id = :o AND state = 'active'"
_COUNT_ENROLMENTS = """
SELECT count(*) FROM enrolment WHERE organisation_id = :o AND state IN ('active', 'suspended')
"""


def packed_ids(values: Iterable[str]) -> str:
    """Return values as the JSON array that `{ids}` reads."""
    return orjson.dumps(sorted(set(values))).decode()


class Lookups:
    """Reads of one organisation's rows; each is one statement over a set, in a read of its own."""

    def __init__(self, database: Database, organisation_id: str, source: str) -> None:
        self._database = database
        self._organisation_id = organisation_id
        self._source = source

    def day(self, now: datetime) -> date:
        """Return the institute's day of an instant."""
        with self._database.read() as db:
            return institute_day(db, self._organisation_id, now)

    def by_id(self, kind: str, ids: Iterable[str]) -> dict[str, Body]:
        """Return the bodies of `ids` that are there."""
        return {body["id"]: body for body in self._bodies(KINDS[kind], _BY_ID[kind], ids=packed_ids(ids))}

    def people_by(self, field: str, folded: Iterable[str]) -> list[Body]:
        """Return the people whose number, username or email (folded), phone (digits) or name is among `folded`."""
        wanted = packed_ids(folded)
        return self._bodies(PERSON_KIND, _PERSON_BY[field], ids=wanted) if wanted != "[]" else []

    def all_of(self, kind: str) -> list[Body]:
        """Return all rows of a small kind."""
        return self._bodies(KINDS[kind], _ALL[kind])

    def enrolments_of(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Body]:
        """Return the enrolments of (cohort, person)."""
        rows = orjson.dumps([{"cohort_id": cohort, "person_id": person} for cohort, person in pairs]).decode()
        found = self._bodies(ENROLMENT_KIND, _PAIRS, rows=rows)
        return {(body["cohort_id"], body["person_id"]): body for body in found}

    def external(self, kind: str, refs: Iterable[str]) -> dict[str, str]:
        """Return external id to entity id for those of `refs` that were imported before."""
        with self._database.read() as db:
            rows = db.rows(_EXTERNAL, ids=packed_ids(refs), kind=kind, **self._own)
        return {row[0]: row[1] for row in rows}

    def external_all(self, kind: str) -> dict[str, str]:
        """Return all external ids of a small kind."""
        with self._database.read() as db:
            return {row[0]: row[1] for row in db.rows(_EXTERNAL_ALL, kind=kind, **self._own)}

    def with_external(self, kind: str, ids: Iterable[str]) -> set[str]:
        """Return those of `ids` that this source has named before."""
        with self._database.read() as db:
            return {row[0] for row in db.rows(_EXTERNAL_OF, ids=packed_ids(ids), kind=kind, **self._own)}

    def active_people(self) -> Iterator[list[Body]]:
        """Yield all active people in pages."""
        return self._pages(PERSON_KIND, _ACTIVE_PEOPLE + _PAGED)

    def attended(self) -> Iterator[list[Body]]:
        """Yield all enrolments that are active or suspended, in pages."""
        return self._pages(ENROLMENT_KIND, _ATTENDED + _PAGED)

    def totals(self) -> tuple[int, int]:
        """Return how many people are active, and how many enrolments."""
        with self._database.read() as db:
            return _count(db, _COUNT_PEOPLE, self._organisation_id), _count(
                db, _COUNT_ENROLMENTS, self._organisation_id
            )

    def branches(self) -> list[Body]:
        """Return id, name and state of all branches, removed ones too."""
        with self._database.read() as db:
            rows = db.rows(_BRANCHES, organisation_id=self._organisation_id)
        return [dict(zip(("id", "name", "state"), row, strict=True)) for row in rows]

    def grants(self) -> Grants:
        """Return what each role of the institute allows, its own ones too."""
        with self._database.read() as db:
            return grants_in(db, self._organisation_id)

    @property
    def _own(self) -> Mapping[str, str]:
        return {"organisation_id": self._organisation_id, "source": self._source}

    def _bodies(self, kind: EntityKind, statement: str | SetSql, **places: Any) -> list[Body]:
        with self._database.read() as db:
            rows = db.rows(statement, organisation_id=self._organisation_id, **places)
        return [kind.body_of(row) for row in rows]

    def _pages(self, kind: EntityKind, statement: str) -> Iterator[list[Body]]:
        after = ""
        while page := self._bodies(kind, statement, after=after, page=PAGE):
            yield page
            after = page[-1]["id"]


def _count(db: Db, statement: str, organisation_id: str) -> int:
    found = db.one(statement, o=organisation_id)
    return int(found[0]) if found else 0
