"""The sample institute's timetable: rooms, holidays, a series that leaves one out, a live session, and no clash."""

from datetime import UTC, datetime

import pytest

from server.core.database import Database
from server.demo.plan import make_plan
from server.demo.seeding import seed_institute
from shared.core.clock import ManualClock
from shared.timetable.clashes import Timetable, slot_of
from shared.timetable.series import days_of
from tests.institute import open_database

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Database:
    from tests.postgres import DatabaseUrls

    url = f"sqlite:///{(tmp_path_factory.mktemp('sample') / 'sample.sqlite3').as_posix()}"
    database = open_database(DatabaseUrls(url, url))
    seed_institute(database, ManualClock(NOW))
    yield database
    database.close()


def _rows(database: Database, sql: str) -> list[tuple[object, ...]]:
    with database.read() as db:
        return [tuple(row) for row in db.rows(sql)]


def test_everything_of_the_sample_was_planned(sample: Database) -> None:
    verdicts = _rows(sample, "SELECT DISTINCT verdict FROM command_log")
    assert verdicts == [("applied",)]
    assert _rows(sample, "SELECT count(*) FROM room") == [(8,)]
    assert _rows(sample, "SELECT name, starts_on FROM holiday ORDER BY starts_on") == [
        ("Community day", "2026-12-05"), ("Break between terms", "2026-12-21")
    ]  # fmt: skip


def test_the_series_leaves_the_holiday_out_and_a_live_session_has_its_link(sample: Database) -> None:
    days = _rows(sample, "SELECT starts_at FROM class_session WHERE series_id IS NOT NULL ORDER BY starts_at")
    assert [str(day[0])[:10] for day in days] == ["2026-11-28", "2026-12-12", "2026-12-19"]
    assert _rows(sample, "SELECT link FROM class_session WHERE session_kind = 'live'") == [
        ("https://meet.sample.example/web-1",)
    ]


@pytest.mark.parametrize("today", [datetime(2026, 11, 20), datetime(2027, 3, 28), datetime(2028, 2, 29)])  # noqa: DTZ001 - a day
def test_no_class_of_the_sample_clashes_or_falls_on_a_holiday(today: datetime) -> None:
    plan = make_plan(today.date())
    free = days_of([fields for _, fields in plan.timetable.holidays])
    timetable = Timetable()
    for session in plan.sessions():
        slot = slot_of({"id": session.id, **session.fields})
        assert slot is not None
        assert timetable.clashes_of(slot) == []
        assert slot.starts_at[:10] not in free
        timetable.add(slot)


def test_the_same_day_gives_the_same_sample(sample: Database, tmp_path) -> None:
    from tests.postgres import DatabaseUrls

    url = f"sqlite:///{(tmp_path / 'again.sqlite3').as_posix()}"
    again = open_database(DatabaseUrls(url, url))
    seed_institute(again, ManualClock(NOW))
    sql = "SELECT kind, entity_id, revision, entry FROM feed_row WHERE kind <> 'observation' ORDER BY seq"
    assert _rows(again, sql) == _rows(sample, sql)
    again.close()
