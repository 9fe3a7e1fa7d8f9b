"""Kit over HTTP: kept, lent, taken back, booked and given back, with the codes that programs meet."""

from typing import Any

import pytest

from server.timetable import kit_routes
from tests.serving import Answer
from tests.timetable.planned_server import PlannedServer, planned, small

__all__ = ["planned", "small"]

DUE = "2026-11-23T16:00:00Z"


def _add(served: PlannedServer, number: str = "C-1", **more: Any) -> dict[str, Any]:
    told = served.ask("POST", "kit-items", {"name": f"Camera {number}", "number": number, **more})
    assert told.status == 201, told.json
    body: dict[str, Any] = told.data
    return body


def _lend(served: PlannedServer, item: dict[str, Any], **more: Any) -> Answer:
    return served.ask(
        "POST", f"kit-items/{item['id']}/loans", {"person_id": served.people["esi"], "due_at": DUE, **more}
    )


def test_a_piece_is_lent_and_taken_back(planned: PlannedServer) -> None:
    item = _add(planned, category="Cameras", course_ids=[])
    made = _lend(planned, item, condition="Fine")
    assert (made.status, made.data["state"], made.data["person_name"]) == (201, "out", "Esi")
    assert planned.ask("GET", f"kit-items/{item['id']}").data["loan_id"] == made.data["id"]
    assert planned.ask("GET", "kit-loans?state=out").json["pagination"]["totalCount"] == 1
    again = _lend(planned, item, due_at="2026-11-22T16:00:00Z")
    assert (again.status, again.code) == (409, "kit_out")
    back = planned.ask("POST", f"kit-loans/{made.data['id']}/return", {"condition": "Lens cap lost"})
    assert (back.status, back.data["state"], back.data["condition_in"]) == (200, "back", "Lens cap lost")
    twice = planned.ask("POST", f"kit-loans/{made.data['id']}/return", {})
    assert (twice.status, twice.code) == (422, "kit_not_out")
    assert planned.ask("GET", f"kit-loans/{made.data['id']}").data["taken_by"]


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [({"due_at": "2026-01-01T00:00:00Z"}, 422, "due_in_past"),
     ({"due_at": "2027-11-01T00:00:00Z"}, 422, "loan_too_long"),
     ({"photo": "bm8="}, 422, "photo_invalid")],
)  # fmt: skip
def test_a_loan_that_cant_be(small: PlannedServer, more: dict[str, str], status: int, code: str) -> None:
    told = _lend(small, _add(small), **more)
    assert (told.status, told.code) == (status, code)


def test_a_time_is_booked_once_and_given_back(planned: PlannedServer) -> None:
    item = _add(planned)
    span = {"starts_at": "2026-11-24T10:00:00Z", "ends_at": "2026-11-24T12:00:00Z"}
    ask = {"item_id": item["id"], "person_id": planned.people["esi"], **span}
    made = planned.ask("POST", "kit-bookings", ask)
    assert (made.status, made.data["state"]) == (201, "booked")
    told = planned.ask("POST", "kit-bookings", ask)
    assert (told.status, told.code) == (409, "kit_booked")
    gone = planned.ask("POST", f"kit-bookings/{made.data['id']}/cancel")
    assert (gone.status, gone.data["state"]) == (200, "cancelled")
    assert planned.ask("POST", "kit-bookings", ask).status == 201


def test_a_student_sees_own_courses_and_books_for_himself(planned: PlannedServer) -> None:
    course = planned.ask("GET", "courses").data[0]["id"]
    own, other = _add(planned, course_ids=[course]), _add(planned, "C-2", course_ids=[planned.server.new_id()])
    loan = _lend(planned, _add(planned, "C-3"), person_id=planned.people["ama"]).data
    seen = {one["number"] for one in planned.ask("GET", "kit-items", by="esi").data}
    assert seen == {"C-1", "C-3"}
    assert planned.ask("GET", f"kit-items/{other['id']}", by="esi").status == 404
    assert planned.ask("GET", f"kit-loans/{loan['id']}", by="esi").status == 404
    assert planned.ask("GET", "kit-loans", by="esi").data == []
    span = {"starts_at": "2026-11-24T10:00:00Z", "ends_at": "2026-11-24T12:00:00Z"}
    made = planned.ask("POST", "kit-bookings", {"item_id": own["id"], **span}, by="esi")
    assert (made.status, made.data["person_id"]) == (201, planned.people["esi"])
    refused = planned.ask("POST", "kit-items", {"name": "X", "number": "Y"}, by="esi")
    assert (refused.status, refused.code) == (403, "not_allowed")


def test_limits_are_read_and_set_and_a_block_is_lifted(small: PlannedServer) -> None:
    assert small.ask("GET", "kit-items/limits").data == {"block_days": 7, "longest_days": 14}
    told = small.ask("PUT", "kit-items/limits", {"block_days": 3, "longest_days": 30})
    assert (told.data["block_days"], told.data["longest_days"]) == (3, 30)
    assert small.ask("PUT", "kit-items/limits", {"block_days": 2, "longest_days": 30}, by="esi").code == "not_allowed"
    loan = _lend(small, _add(small)).data
    early = small.ask("POST", f"kit-loans/{loan['id']}/lift-block", {"reason": "The bus"})
    assert (early.status, early.code) == (422, "kit_still_out")
    small.ask("POST", f"kit-loans/{loan['id']}/return", {})
    done = small.ask("POST", f"kit-loans/{loan['id']}/lift-block", {"reason": "The bus"})
    assert (done.status, done.data["lifted_reason"]) == (200, "The bus")


def test_a_piece_changes_with_the_version_seen(small: PlannedServer) -> None:
    item = _add(small)
    assert small.ask("PATCH", f"kit-items/{item['id']}", {"name": "Red camera"}).code == "base_missing"
    changed = small.ask("PATCH", f"kit-items/{item['id']}", {"name": "Red camera"}, if_match=f'"{item["revision"]}"')
    assert changed.data["name"] == "Red camera"
    taken = small.ask("POST", "kit-items", {"name": "Camera", "number": "c-1"})
    assert (taken.status, taken.code) == (409, "kit_number_taken")


def test_the_examples_are_what_the_payloads_take() -> None:
    for model in (kit_routes.Lending, kit_routes.TakingBack, kit_routes.Lifting, kit_routes.Limits):
        model.model_validate(model.model_json_schema()["example"])
