"""Pieces of kit, loans and bookings as a device has them, for tests of pages and actions."""

from collections.abc import Mapping
from typing import Any

from shared.core.ids import derived_id
from tests.attendance.classes import COHORT, COURSE, NAMES, person_id, school

Row = tuple[str, Mapping[str, Any]]


def item(name: str, number: str, **more: Any) -> Row:
    """A piece of kit that everybody may take and that is in."""
    body = {
        "id": derived_id("kit_item", number),
        "revision": derived_id("kit_item", number),
        "name": name,
        "number": number,
        "category": "Cameras",
        "kit_kind": "item",
        "room": "",
        "condition": "",
        "course_ids": [],
        "state": "in_use",
        "loan_id": None,
        "due_at": None,
        **more,
    }
    return "kit_item", body


def loan(of: Row, who: str, out: str, due: str, back: str | None = None, **more: Any) -> Row:
    """A loan of a piece; the times are instants without their end, `2026-11-19T09:00`."""
    body = {
        "id": derived_id("kit_loan", of[1]["id"], who, out),
        "revision": derived_id("kit_loan", of[1]["id"], who, out),
        "item_id": of[1]["id"],
        "person_id": person_id(who),
        "person_name": who,
        "out_at": f"{out}:00.000Z",
        "due_at": f"{due}:00.000Z",
        "back_at": f"{back}:00.000Z" if back else None,
        "condition_out": "",
        "condition_in": "",
        "lent_by": "Yaw Mensah",
        "taken_by": "Yaw Mensah" if back else "",
        "lifted_by": "",
        "lifted_reason": "",
        "state": "back" if back else "out",
        **more,
    }
    return "kit_loan", body


def out_with(of: Row, given: Row) -> Row:
    """The piece as it is while the loan lasts."""
    return of[0], {**of[1], "loan_id": given[1]["id"], "due_at": given[1]["due_at"]}


def booking(of: Row, who: str, start: str, end: str, **more: Any) -> Row:
    """A booking of a piece."""
    body = {
        "id": derived_id("kit_booking", of[1]["id"], who, start),
        "revision": derived_id("kit_booking", of[1]["id"], who, start),
        "item_id": of[1]["id"],
        "person_id": person_id(who),
        "person_name": who,
        "starts_at": f"{start}:00.000Z",
        "ends_at": f"{end}:00.000Z",
        "purpose": "",
        "state": "booked",
        **more,
    }
    return "kit_booking", body


CAMERA = item("Camera 1", "CAM-1")
LATE = item("Camera 2", "CAM-2")
OTHERS = item("Recorder 1", "REC-1", category="Sound", course_ids=[derived_id("course", "other")])
OWN = item("Light set 1", "LIG-1", category="Lights", course_ids=[COURSE])
STUDIO = item("Studio 2", "ST-2", category="Studios", kit_kind="studio", room="Studio 2")
BROKEN = item("Tripod 1", "TRI-1", category="Tripods", state="repair")
AMINA, BARAKA, CHEN = NAMES[:3]
LATE_LOAN = loan(LATE, AMINA, "2026-11-17T09:00", "2026-11-19T16:00", condition_out="Scratch on the lens hood")
RETURNED_LATE = loan(CAMERA, BARAKA, "2026-11-12T09:00", "2026-11-16T16:00", "2026-11-18T10:00")
BOOKED = booking(CAMERA, CHEN, "2026-11-20T13:00", "2026-11-20T15:00", purpose="Portraits")


def kit_rows(students: int = 4) -> list[Row]:
    """A class with a little store of kit: one piece late, one in repair, one booked, one for another course."""
    return [
        *school(NAMES[:students], history=0),
        CAMERA,
        out_with(LATE, LATE_LOAN),
        OTHERS,
        OWN,
        STUDIO,
        BROKEN,
        LATE_LOAN,
        RETURNED_LATE,
        BOOKED,
    ]


__all__ = ["COHORT", "kit_rows"]
