"""The sample institute's admissions: nothing of it was refused, and there is something of everything to look at."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.assembly import assemble
from server.core.database import Database
from server.demo import seeding
from server.demo.plan import make_plan
from server.demo.seeder import Seeder
from server.people import organisations
from shared.core.clock import ManualClock
from tests.institute import open_database
from tests.postgres import DatabaseUrls

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Database]:
    """The sample's courses and admissions alone: the whole of it takes half a minute."""
    url = f"sqlite:///{(tmp_path / 'sample.sqlite3').as_posix()}"
    database = open_database(DatabaseUrls(url, url))
    plan, clock = make_plan(NOW.date(), 1), ManualClock(NOW - timedelta(days=60))
    parts = assemble(database, clock, random.Random(1).getrandbits)
    organisation_id = organisations.create(database, clock, parts.new_id, organisations.NewOrganisation("km", "KM"))
    seeder = Seeder(parts, clock, organisation_id, plan)
    system = organisations.system_actor(organisation_id, parts.new_id())
    seeder.send(system, [seeder.command("AddCourse", course_id, fields) for course_id, fields in plan.courses])
    seeder.send(
        system, [seeder.command("AddCohort", one.id, {**one.fields, "instructors": []}) for one in plan.cohorts]
    )
    registrar = next(one for one in plan.staff if one.role == "registrar")
    seeder.send(system, [seeder.command("AddPerson", registrar.id, {"given_name": "Grace", "roles": ["registrar"]})])
    seeding._admissions(seeder, NOW)
    yield database
    database.close()


def _rows(database: Database, sql: str) -> list[tuple[Any, ...]]:
    with database.read() as db:
        return [tuple(row) for row in db.rows(sql)]


def test_the_sample_shows_every_screen_of_admissions(sample: Database) -> None:
    refused = "SELECT type, verdict, outcomes FROM command_log WHERE verdict <> 'applied'"
    assert _rows(sample, refused) == []
    states = dict(_rows(sample, "SELECT state, count(*) FROM application GROUP BY state"))
    few = {"rejected": 1, "waiting_list": 1, "approved": 1, "withdrawn": 1}
    assert states == {"draft": 1, "pending": 4, "under_review": 3, **few}
    assert _rows(sample, "SELECT count(*) FROM enrolment") == [(1,)]
    assert _rows(sample, "SELECT count(*) FROM application_form WHERE state = 'published'") == [(2,)]
    assert _rows(sample, "SELECT count(*) FROM enquiry WHERE follow_up_on <= '2026-11-20'") == [(2,)]
    numbers = _rows(sample, "SELECT number FROM application ORDER BY number")
    assert numbers[0] == ("A-2026-0001",)
    assert len(set(numbers)) == 12
