"""Late work in the very moment of a merge lands on the entry that stays: two connections, on PostgreSQL."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from server.core import feeds
from server.core.batch import Batch, Item
from server.core.database import Database
from server.people import merged_people
from tests.institute import make_institute, make_tables
from tests.people.test_merging import Office

WAIT = 120.0


@pytest.fixture
def office(copied_database: Any) -> Iterator[Office]:
    """The office of a small institute on PostgreSQL, where writers don't wait for each other."""
    opened = Database(copied_database("postgresql", "tables", make_tables).application_url, pool_size=8)
    merged_people._moved_on.clear()
    yield Office(make_institute(opened))
    opened.close()


def _somebody_waits(office: Office) -> bool:
    return bool(office.rows("SELECT count(*) FROM pg_locks WHERE NOT granted")[0][0])


class Held:
    """Stops the first batch that brings work of a type once it has looked where entries went."""

    def __init__(self, office: Office, kind: str) -> None:
        self.looked, self.go_on, self.looks = Event(), Event(), 0
        door = office.institute.parts.door
        before = door._forward

        def forward(batch: Batch, items: Sequence[Item]) -> Sequence[Item]:
            found = before(batch, items)
            if any(item.command.type == kind for item in items):
                self.looks += 1
                self.looked.set()
                assert self.go_on.wait(WAIT)
            return found

        door._forward = forward


@pytest.mark.parametrize("merged_before", [False, True])
def test_work_that_a_merge_overtakes_lands_on_the_one_that_stays(office: Office, merged_before: bool) -> None:
    if merged_before:
        assert office.merge(office.add(), office.add()).verdict == "applied"
    stays, goes = office.add(family_name="Mensah"), office.add(family_name="Mensa")
    held = Held(office, "EnrolPerson")
    institute = office.institute
    enrolment = institute.parts.new_id()
    payload = {"cohort_id": institute.cohort_id, "person_id": goes}
    with ThreadPoolExecutor(1) as other:
        late = other.submit(institute.registrar.do, "EnrolPerson", enrolment, payload)
        assert held.looked.wait(WAIT)
        assert office.merge(stays, goes).verdict == "applied"
        held.go_on.set()
        assert late.result(WAIT).verdict == "applied"
    owner = office.rows("SELECT person_id FROM enrolment WHERE organisation_id = :o AND id = :e", e=enrolment)
    assert owner == [(stays,)]
    assert held.looks == 2, "the whole batch was done again, once"
    assert office.held(goes) == {}


def test_a_merge_waits_for_work_that_is_being_written(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written before the merge began to read moves along, though it wasn't committed yet."""
    institute = office.institute
    stays, goes = office.add(family_name="Mensah"), institute.students[0]
    written, go_on, put = Event(), Event(), feeds.put

    def slow(batch: Batch, *parts: Any) -> None:
        put(batch, *parts)
        if any(kind == "observation" for kind, _ in batch.changes) and not written.is_set():
            written.set()
            assert go_on.wait(WAIT)

    monkeypatch.setattr(feeds, "put", slow)
    with ThreadPoolExecutor(2) as others:
        first = others.submit(institute.ama.send, institute.mark(institute.ama, 0, "late"))
        assert written.wait(WAIT)
        merge = others.submit(office.merge, stays, goes)
        assert any(_somebody_waits(office) or Event().wait(0.02) for _ in range(round(WAIT / 0.02)))
        go_on.set()
        assert first.result(WAIT)[0].verdict == "applied"
        assert merge.result(WAIT).verdict == "applied"
    assert office.held(goes) == {}
    assert office.rows("SELECT DISTINCT person_id FROM observation WHERE organisation_id = :o") == [(stays,)]


def test_nobody_looks_twice_while_nothing_was_merged(office: Office) -> None:
    held = Held(office, "EnrolPerson")
    held.go_on.set()
    person = office.add()
    payload = {"cohort_id": office.institute.cohort_id, "person_id": person}
    assert office.institute.registrar.do("EnrolPerson", office.institute.parts.new_id(), payload).verdict == "applied"
    assert held.looks == 1
