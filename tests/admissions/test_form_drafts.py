"""Drafts of forms are for those who design them, over HTTP and in the feed, on both databases."""

from typing import Any

import pytest

from tests.admissions.samples import CONTENT
from tests.serving import TestServer
from tests.timetable.planned_server import PlannedServer


@pytest.fixture
def served(new_institute: TestServer) -> PlannedServer:
    return PlannedServer(new_institute)


def _draft(served: PlannedServer) -> dict[str, Any]:
    course = served.ask("GET", "courses").data[0]["id"]
    made = served.ask("POST", "application-forms", {"course_id": course, "title": "January", **CONTENT})
    assert made.status == 201, made.json
    body: dict[str, Any] = made.data
    return body


def _state(served: PlannedServer, form: dict[str, Any], state: str) -> Any:
    headers = {"if-match": form["revision"]}
    return served.ask("PATCH", f"application-forms/{form['id']}", {"state": state}, **headers)


def _seen(served: PlannedServer, form: dict[str, Any], by: str) -> tuple[list[str], int]:
    listed = [one["state"] for one in served.ask("GET", "application-forms", by=by).data if one["id"] == form["id"]]
    return listed, served.ask("GET", f"application-forms/{form['id']}", by=by).status


def test_a_draft_is_seen_by_who_designs_it_alone(served: PlannedServer) -> None:
    form = _draft(served)
    assert _seen(served, form, "grace") == (["draft"], 200)
    assert [_seen(served, form, one) for one in ("esi", "ama")] == [([], 404)] * 2
    form = _state(served, form, "published").data
    assert [_seen(served, form, one) for one in ("grace", "esi")] == [(["published"], 200)] * 2
    form = _state(served, form, "closed").data
    # Whoever applied with it learns that it closed.
    assert _seen(served, form, "esi") == (["closed"], 200)
    told = _state(served, form, "draft")
    assert (told.status, told.code) == (409, "form_published")
    assert _state(served, form, "published").status == 200


def test_a_device_of_an_applicant_gets_no_draft(served: PlannedServer) -> None:
    form = _draft(served)
    server = served.server
    sql = "SELECT scope FROM feed_row WHERE organisation_id = :o AND entity_id = :id"

    def scope() -> str:
        with server.context.database.read() as db:
            return str(db.rows(sql, o=server.organisation_id, id=form["id"])[0][0])

    assert scope() == "admissions"
    _state(served, form, "published")
    assert scope() == f"organisation:{server.organisation_id}"
