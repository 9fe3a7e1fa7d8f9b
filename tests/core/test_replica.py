"""Reports from a real replica: never older than the institute's last change, and answered without it, too."""

from pathlib import Path

import pytest

from server.core.replica import AWAY_SECONDS
from shared.core.errors import CampusError
from tests.attendance.test_report_routes import School
from tests.postgres import running_replica, stop_postgres
from tests.replicas import ON, came_from_replica, pair, pause, wait_until_even
from tests.serving import TestServer, server_settings

__all__ = ["pair"]


@pytest.fixture
def school(pair, tmp_path):
    """A school on a server of its own that reads reports from the replica; and what says who answered last."""
    _, urls, replica = pair
    name = urls.application_url.rsplit("/", 1)[1]
    settings = server_settings(tmp_path, urls, replica_url=replica.urls(name).application_url)
    server = TestServer(settings, slug=f"school-{tmp_path.name}"[:40].replace("_", "-"))
    yield School(server)
    server.close()
    server.context.reports.close()


def _percent(told):
    return [row["percent"] for row in told.data["rows"]]


def _came_from(school, work=None):
    """Whether the replica answers."""
    return came_from_replica(school.server, work)


def test_reports_come_from_the_replica_with_the_rows_of_one_institute_alone(pair, school):
    wait_until_even(pair)
    assert _came_from(school) is True
    told = school.report()
    assert told.status == 200, told.body
    assert len(told.data["rows"]) == 3
    count = "SELECT count(*) FROM observation"
    here = _came_from(school, lambda db: db.one(count)[0])
    assert here == 7  # this school's, though others' lie in the same tables


def test_what_was_just_saved_stands_in_the_report_while_the_replica_is_behind(pair, school):
    _, urls, replica = pair
    wait_until_even(pair)
    before = school.report().data["rows"]
    with replica.connect(urls.application_url.rsplit("/", 1)[1]) as here:
        pause(here)
        school.mark(school.first, "2026-11-10", [("absent", None), ("absent", None)])
        assert _came_from(school) is False
        after = school.report().data["rows"]
        here.execute(ON)
    assert [row["absent"] for row in after][:2] != [row["absent"] for row in before][:2]
    wait_until_even(pair)
    assert _came_from(school) is True
    assert school.report().data["rows"] == after


def test_a_replica_that_went_away_is_left_alone_for_a_while_and_reports_go_on(pair, tmp_path, expect_log):
    main, urls, _ = pair
    expect_log("The replica for reports can't be read; the main database answers")
    with running_replica(main) as passing:
        name = urls.application_url.rsplit("/", 1)[1]
        settings = server_settings(tmp_path, urls, replica_url=passing.urls(name).application_url)
        school = School(TestServer(settings, slug="left-alone"))
        reports = school.server.context.reports
        assert school.report().status == 200
        stop_postgres(Path(passing.folder))
        assert _came_from(school) is False
        told = school.report()
        assert (told.status, len(told.data["rows"])) == (200, 3)
    asked = []
    reports._is_up_to_date = lambda *_: asked.append(1)
    assert _came_from(school) is False
    school.server.clock.advance(AWAY_SECONDS + 1)
    assert _came_from(school) is False  # asked again, in vain: it is still away
    school.server.close()
    assert not asked


def test_sqlite_has_no_replica(tmp_path):
    with pytest.raises(CampusError) as refused:
        TestServer(server_settings(tmp_path, None, replica_url="sqlite:///copy.sqlite3"))
    assert refused.value.code == "replica_unusable"
