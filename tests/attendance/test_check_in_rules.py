"""What a check-in makes of the rows on a student's screen before the server has spoken."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from shared.attendance.check_in import PAYLOADS, PROJECTIONS, CheckInByCode, corrected, may_check_in
from shared.core.command import Command
from shared.core.ids import derived_id
from tests.attendance.classes import INSTRUCTOR, NAMES, SESSION, enrolment, enrolment_id, person_id, session

AMINA = NAMES[0]
ROWS = {("class_session", SESSION): session()[1], ("enrolment", enrolment_id(AMINA)): enrolment(AMINA)[1]}


def command(observed_at="2026-11-20T08:36:00.000Z", offset=0, **more):
    payload = {"session_id": SESSION, "enrolment_id": enrolment_id(AMINA), "code": "K7Q49XWM", **more}
    return Command(
        id=derived_id("command", "1"),
        device_id=derived_id("device", "1"),
        install_epoch=1,
        device_seq=1,
        type="CheckInByCode",
        type_version=1,
        target_id=derived_id("mark", "1"),
        payload=payload,
        observed_at=observed_at,
        clock_offset=offset,
    )


def project(made, rows=ROWS):
    return PROJECTIONS["CheckInByCode"](made, lambda kind, one: rows.get((kind, one)))


@pytest.mark.parametrize(
    ("observed_at", "offset", "mark"),
    [
        ("2026-11-20T08:36:00.000Z", 0, ("present", None)),
        ("2026-11-20T08:42:00.000Z", 0, ("late", 12)),
        ("2026-11-20T09:36:00.000Z", -3_600_000, ("present", None)),
        ("2026-11-20T08:36:00.000Z", 600_000, ("late", 16)),
    ],
)
def test_the_mark_follows_from_the_servers_time_of_the_moment(observed_at, offset, mark):
    [draft] = project(command(observed_at, offset, author_id=person_id(AMINA), author_name=AMINA))
    assert (draft.kind, draft.parent, draft.id) == ("observation", SESSION, command().id)
    assert (draft.body["state"], draft.body["minutes"], draft.body["method"]) == (*mark, "code")
    assert (draft.body["person_id"], draft.body["author_name"]) == (person_id(AMINA), AMINA)


def test_projecting_twice_changes_nothing_more():
    assert project(command()) == project(command())


def test_without_the_class_there_is_nothing_to_show_and_without_the_enrolment_no_person():
    assert project(command(), {}) == []
    [draft] = project(command(), {("class_session", SESSION): session()[1]})
    assert draft.body["person_id"] == ""


def test_everybody_checks_in_for_himself_alone():
    assert may_check_in(INSTRUCTOR, INSTRUCTOR.person_id)
    assert not may_check_in(INSTRUCTOR, person_id(AMINA))


@pytest.mark.parametrize("code", ["", "k7q49xwm", "K7Q49XW", "K7Q49XWO", "K7Q49XWU", "K7Q4-9XW"])
def test_a_code_on_the_wire_is_clean(code):
    with pytest.raises(ValidationError):
        PAYLOADS["CheckInByCode"].model_validate(command(code=code).payload)
    assert CheckInByCode.model_validate(command().payload).code == "K7Q49XWM"


def test_a_clock_is_put_right_by_its_offset():
    assert corrected("2026-11-20T08:36:00.000Z", -60_000) == datetime(2026, 11, 20, 8, 35, tzinfo=UTC)
