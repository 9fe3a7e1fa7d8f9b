"""Admissions over HTTP: applied, reviewed and decided about, several at once, and the codes that programs meet."""

from typing import Any

import pytest

from tests.admissions.samples import CONTENT
from tests.serving import TestServer
from tests.timetable.planned_server import PlannedServer

STEP = {**CONTENT["steps"][0], "fields": CONTENT["steps"][0]["fields"][1:2]}
SMALL = {"steps": [STEP], "documents": [], "checks": [], "charges": []}


@pytest.fixture
def served(new_institute: TestServer) -> PlannedServer:
    """An institute with a registrar, an instructor and a student."""
    return PlannedServer(new_institute)


def _form(served: PlannedServer) -> dict[str, Any]:
    course = served.ask("GET", "courses").data[0]["id"]
    made = served.ask("POST", "application-forms", {"course_id": course, "title": "January", **SMALL})
    assert made.status == 201, made.json
    path, tag = f"application-forms/{made.data['id']}", {"if_match": made.data["revision"]}
    told = served.ask("PATCH", path, {"state": "published"}, **{"if-match": tag["if_match"]})
    assert told.status == 200, told.json
    body: dict[str, Any] = told.data
    return body


def _sent(served: PlannedServer, form: dict[str, Any], by: str = "esi") -> str:
    made = served.ask("POST", "applications", {"form_id": form["id"], "person_id": served.people[by]}, by=by)
    assert made.status == 201, made.json
    row_id = str(made.data["id"])
    kept = served.ask("PATCH", f"applications/{row_id}/answers", {"field_2": "I like film"}, by=by)
    assert (kept.status, kept.data["answers"]) == (200, {"field_2": "I like film"})
    told = served.ask("POST", f"applications/{row_id}/submission", {}, by=by)
    assert (told.status, told.data["state"]) == (200, "pending")
    return row_id


def test_an_application_over_http(served: PlannedServer) -> None:
    form = _form(served)
    row_id = _sent(served, form)
    path = f"applications/{row_id}"
    again = served.ask("POST", "applications", {"form_id": form["id"], "person_id": served.people["esi"]}, by="esi")
    assert (again.status, again.code) == (409, "application_exists")
    assert served.ask("GET", path, by="ama").status == 404
    assert served.ask("GET", "applications", by="ama").data == []
    assert served.ask("GET", "applications?search=esi").json["pagination"]["totalCount"] == 1
    assert served.ask("POST", f"{path}/notes", {"words": "Strong", "score": 80}).status == 200
    assert served.ask("POST", f"{path}/notes", {"words": "x", "score": 101}).status == 422
    assert served.ask("POST", f"{path}/decision", {"decision": "rejected"}).code == "reason_missing"
    kinds = [one["kind"] for one in served.ask("GET", f"{path}/events", by="esi").data]
    assert kinds == ["started", "submitted"], "notes are for staff alone"
    offered = served.ask("POST", f"{path}/decision", {"decision": "approved"})
    assert (offered.status, offered.code) == (422, "cohort_missing")
    offered = served.ask("POST", f"{path}/decision", {"decision": "approved", "cohort_id": served.film})
    assert (offered.status, offered.data["state"]) == (200, "approved")
    undone = served.ask("POST", f"{path}/decision/undo", {})
    assert (undone.status, undone.data["state"]) == (200, "under_review")


def test_several_are_decided_each_for_itself(served: PlannedServer) -> None:
    form = _form(served)
    first, second = _sent(served, form), _sent(served, form, "yaw")
    wanted = {"ids": [first, second], "decision": "rejected", "reason": "The intake is full."}
    told = served.ask("POST", "applications/decisions", wanted)
    assert [(one["id"], one["verdict"]) for one in told.data] == [(first, "applied"), (second, "applied")]
    again = served.ask("POST", "applications/decisions", {**wanted, "decision": "waiting_list"})
    assert {one["code"] for one in again.data} == {"application_decided"}
    refused = served.ask("POST", "applications/decisions", wanted, by="esi")
    assert (refused.status, refused.code) == (403, "not_allowed")
    assert served.ask("POST", "applications/decisions", {**wanted, "ids": []}).data == []
    assert served.ask("POST", "applications/decisions", {**wanted, "ids": None}).code == "invalid"


def test_the_mails_of_a_decision_are_shown_before_it(served: PlannedServer) -> None:
    form = _form(served)
    first, second = _sent(served, form), _sent(served, form, "yaw")
    wanted = {"ids": [first, second], "decision": "waiting_list"}
    told = {one["id"]: one for one in served.ask("POST", "applications/letters", wanted).data}
    assert "You are on the waiting list" in told[first]["text"]
    assert told[first]["subject"].startswith("You are on the waiting list for ")
    assert {one["code"] for one in told.values()} <= {"address_missing", "log_only"}
    assert all(one["reason"] for one in told.values())
    own = served.ask("POST", "applications/letters", {**wanted, "words": "Come and see us."}).data
    assert all("Come and see us." in one["text"] for one in own)
    assert served.ask("GET", f"applications/{first}").data["state"] != "waiting_list"
    for bad, status in (({"ids": []}, 422), ({"decision": "maybe"}, 422), ({"ids": [served.server.new_id()]}, 404)):
        assert served.ask("POST", "applications/letters", {**wanted, **bad}).status == status
    assert served.ask("POST", "applications/letters", wanted, by="esi").status == 403


def test_enquiries_over_http(served: PlannedServer) -> None:
    bad = served.ask("POST", "enquiries", {"name": "Esi"})
    assert (bad.status, bad.code) == (422, "field_invalid")
    made = served.ask("POST", "enquiries", {"name": "Esi", "phone": "024 555 0121", "source": "fair"})
    path = f"enquiries/{made.data['id']}"
    told = served.ask("POST", f"{path}/follow-ups", {"words": "Wants January", "follow_up_on": "2026-11-27"})
    assert (told.status, told.data["follow_up_on"], len(told.data["said"])) == (200, "2026-11-27", 1)
    assert served.ask("GET", path, by="esi").status == 404
    assert served.ask("GET", "enquiries?source=fair").json["pagination"]["totalCount"] == 1
