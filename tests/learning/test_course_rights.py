"""What the office withholds from an instructor in a course: through the door and over the wire, on both databases."""

import pytest

from shared.learning.course_rights import ALL_RIGHTS, course_right_id
from shared.people.vocabulary import Role
from tests.institute import Institute


def set_rights(institute: Institute, by, person_id: str, rights, base=None, old=ALL_RIGHTS):
    target = course_right_id(institute.course_id, person_id)
    payload = {"course_id": institute.course_id, "person_id": person_id, "rights": list(rights)}
    return by.do("SetCourseRights", target, {**payload, "old_rights": list(old)}, base)


def withheld(institute: Institute, device):
    return institute.refreshed(device.actor).withheld


def test_nothing_is_withheld_until_the_office_says_so(institute):
    assert withheld(institute, institute.ama) == frozenset()
    rest = [one for one in ALL_RIGHTS if one != "attend"]
    assert set_rights(institute, institute.registrar, institute.ama.actor.person_id, rest).verdict == "applied"
    assert withheld(institute, institute.ama) == {f"attend:{institute.cohort_id}"}
    assert withheld(institute, institute.kofi) == frozenset()


def test_who_may_not_take_attendance_is_refused_at_the_next_request(institute):
    mark = institute.mark(institute.ama, 0, "present")
    set_rights(institute, institute.registrar, institute.ama.actor.person_id, ["edit", "mark", "publish"])
    assert [one.code for one in institute.ama.send(mark)] == ["not_teaching"]
    assert [one.verdict for one in institute.kofi.send(institute.mark(institute.kofi, 1, "present"))] == ["applied"]


@pytest.mark.parametrize("by", ["ama", "kofi"])
def test_instructors_say_nothing_about_rights(institute, by):
    device = getattr(institute, by)
    outcome = set_rights(institute, device, institute.ama.actor.person_id, ["edit"])
    assert (outcome.verdict, outcome.code) == ("rejected", "not_allowed")


def test_what_isnt_in_the_institute_is_refused(institute):
    other, ama = institute.parts.new_id(), institute.ama.actor.person_id
    assert set_rights(institute, institute.registrar, other, []).code == "course_unknown"
    payload = {"course_id": institute.course_id, "person_id": ama, "rights": []}
    assert institute.registrar.do("SetCourseRights", other, payload).code == "course_unknown"
    assert institute.registrar.do("SetCourseRights", other, {**payload, "rights": ["fly"]}).verdict == "rejected"


def test_two_who_set_it_unseen_are_asked(institute):
    boss = institute.device("boss", Role.ADMINISTRATOR, "Efua Boss")
    ama = institute.ama.actor.person_id
    assert set_rights(institute, institute.registrar, ama, ["edit"]).verdict == "applied"
    assert set_rights(institute, boss, ama, ["edit"]).verdict == "agreed"
    met = set_rights(institute, boss, ama, ["mark"])
    assert met.verdict == "conflict"
    done = boss.do("SettleConflict", met.conflict_id, {"choices": {"rights": met.command_id}})
    assert done.verdict == "applied"
    assert withheld(institute, institute.ama) == {
        f"{one}:{institute.cohort_id}" for one in ("edit", "publish", "attend")
    }


def test_rights_over_the_wire(server):
    ama, boss = server.add_person("ama", ("instructor",)), server.add_person("boss")
    server.add_person("kofi", ("instructor",))
    token = server.sign_in("boss").data["access_token"]
    course = server.post("/api/v1/courses", {"code": "PHOTO", "title": "Photography"}, token).data["id"]
    cohort = {"course_id": course, "code": "P-1", "name": "Photography 1", "instructors": [ama]}
    cohort_id = server.post("/api/v1/cohorts", cohort, token).data["id"]
    place = f"/api/v1/courses/{course}/rights"
    assert server.get(place, token).data == [
        {"course_id": course, "person_id": ama, "name": "Ama", "rights": list(ALL_RIGHTS)}
    ]
    wanted = {"rights": ["attend", "edit"]}
    assert server.ask("PUT", f"{place}/{ama}", wanted, token).data["rights"] == ["edit", "attend"]
    assert server.ask("PUT", f"{place}/{ama}", {"rights": ["edit"]}, token).data["rights"] == ["edit"], "and once more"
    mine = server.sign_in("ama").data
    assert set(mine["person"]["withheld"]) == {f"{one}:{cohort_id}" for one in ("mark", "publish", "attend")}
    assert server.get(place, mine["access_token"]).data[0]["rights"] == ["edit"]
    assert server.ask("PUT", f"{place}/{ama}", {"rights": ["mark"]}, mine["access_token"]).code == "not_allowed"
    kofi = server.sign_in("kofi").data["access_token"]
    assert server.get(place, kofi).code == "not_allowed"
    assert server.ask("PUT", f"{place}/{boss}", {"rights": ["fly"]}, token).status == 422
    assert server.get(f"/api/v1/courses/{server.new_id()}/rights", token).code == "not_found"
