"""A stand-in sees one class of another's and takes its register, without a network too."""

from shared.attendance.permissions import may_take_register
from shared.attendance.rules import mark_id
from shared.timetable.clashes import taught_by
from tests.timetable.planning import Planning, at, planning

__all__ = ["planning"]


def scopes_of(planning: Planning, key: str) -> set[str]:
    return set(planning.institute.refreshed(planning.institute.devices[key].actor).scopes)


def with_stand_in(planning: Planning, person: str = "yaw") -> str:
    institute = planning.institute
    assert planning.edit(institute.session_id, stand_in_id=planning.person(person)).verdict == "applied"
    return institute.session_id


def test_a_stand_in_sees_the_class_and_its_students(planning: Planning) -> None:
    before = scopes_of(planning, "yaw")
    with_stand_in(planning)
    gained = scopes_of(planning, "yaw") - before
    assert {f"class:{planning.photo_id}", f"cohort:{planning.photo_id}"} <= gained
    assert {f"profile:{one}" for one in planning.institute.students} <= gained
    assert f"class:{planning.film_id}" not in gained


def test_a_stand_in_takes_the_register_of_that_session_and_of_no_other(planning: Planning) -> None:
    institute = planning.institute
    other = planning.plan("14:00", "15:00", starts_at=at("07:30", "2026-11-20"), ends_at=at("08:00", "2026-11-20"),
                          cohort_id=planning.photo_id).target_id  # fmt: skip
    yaw = institute.devices["yaw"]
    with_stand_in(planning)
    assert yaw.send(institute.mark(yaw, 0, "present"))[0].verdict == "applied"
    payload = {"session_id": other, "enrolment_id": institute.enrolments[0], "state": "present", "supersedes": []}
    told = yaw.do("RecordObservation", mark_id(other, institute.enrolments[0]), payload)
    assert (told.verdict, told.code) == ("held", "not_teaching")


def test_the_device_decides_by_the_same_rule_without_a_network(planning: Planning) -> None:
    session = planning.row("class_session", with_stand_in(planning))
    yaw = planning.institute.refreshed(planning.institute.devices["yaw"].actor)
    assert may_take_register(yaw, session["cohort_id"], taught_by(session))
    assert not may_take_register(yaw, session["cohort_id"], session["instructor_id"])


def test_marks_of_a_stand_in_who_was_replaced_meanwhile_wait_for_the_office(planning: Planning) -> None:
    institute = planning.institute
    yaw = institute.devices["yaw"]
    with_stand_in(planning)
    made_offline = institute.mark(yaw, 0, "present")
    with_stand_in(planning, "kofi")
    told = yaw.send(made_offline)[0]
    assert (told.verdict, told.code) == ("held", "not_teaching")
    assert f"class:{planning.photo_id}" not in scopes_of(planning, "yaw")


def test_a_cancelled_session_shows_its_stand_in_nothing(planning: Planning) -> None:
    with_stand_in(planning)
    planning.edit(planning.institute.session_id, state="cancelled")
    assert f"class:{planning.photo_id}" not in scopes_of(planning, "yaw")


def test_the_instructor_of_one_session_of_another_class_sees_it(planning: Planning) -> None:
    told = planning.plan(instructor_id=planning.person("yaw"))
    assert f"class:{planning.film_id}" in scopes_of(planning, "yaw")
    planning.edit(told.target_id, instructor_id=planning.person("kofi"))
    assert f"class:{planning.film_id}" not in scopes_of(planning, "yaw")


def test_a_stand_in_is_taken_at_that_time(planning: Planning) -> None:
    first = planning.plan(room="Lab 1").target_id
    planning.edit(first, stand_in_id=planning.person("yaw"))
    told = planning.plan(cohort_id=planning.photo_id, instructor_id=planning.person("yaw"))
    assert (told.code, told.message) == ("clash", "Yaw Mensah teaches then: Film 1, Mon 23 Nov 2026, 08:30–10:00.")
