"""Who gets a published grade over the wire and over HTTP: its student, its class's instructors, staff who see marks."""

from typing import Any

from server.core.batch import Origin
from server.people import organisations
from shared.grading.ids import course_grade_id
from shared.people.vocabulary import Role
from tests.grading.classroom import Classroom, classroom
from tests.grading.test_course_grade_service import marked, publish
from tests.grading.test_grading_routes import School, school
from tests.grading.test_mark_feed import Wire, kinds
from tests.institute import Device

__all__ = ["classroom", "school"]
KINDS = {"course_grade", "course_grade_entry"}


def known(classroom: Classroom, who: Any) -> set[str]:
    return kinds(Wire(classroom, who).fresh(), "snapshot_changes") & KINDS


def test_a_student_gets_the_own_grade_with_its_reason_and_no_other(classroom: Classroom) -> None:
    work = marked(classroom, {0: "40.25", 1: "31.75"})
    wire = Wire(classroom, classroom.student)
    publish(classroom, {0: "80.5", 1: "63.5"})
    told = wire.news()
    assert kinds(told) >= KINDS
    assert b"80.5" in told
    own, other = (course_grade_id(one) for one in classroom.institute.enrolments[:2])
    for page in (told, wire.fresh()):
        assert own.encode() in page
        hidden = [other, "63.5", "31.75", classroom.institute.students[1], classroom.institute.enrolments[1]]
        assert [one for one in hidden if one.encode() in page] == []
    classroom.mark(work, "45", by=classroom.institute.devices["registrar"], reason="Counted twice")
    publish(classroom, {0: "90.0"}, reason="A page was missed")
    assert b"A page was missed" in wire.news()


def test_who_of_the_staff_gets_grades(classroom: Classroom) -> None:
    marked(classroom, {0: "40"})
    publish(classroom, {0: "80.0"})
    assert known(classroom, classroom.ama) == known(classroom, classroom.kofi) == KINDS
    assert known(classroom, classroom.yaw) == set()
    for role, sees in ((Role.REGISTRAR, True), (Role.AUDITOR, True), (Role.CASHIER, False), (Role.STUDENT, False)):
        other = classroom.institute.device(f"other {role}", role, f"Afia{role} Darko".replace("_", ""))
        assert known(classroom, other) == (KINDS if sees else set())


def test_another_institute_gets_nothing_and_publishes_nothing_here(classroom: Classroom) -> None:
    marked(classroom, {0: "40", 1: "45"})
    publish(classroom, {0: "80.0"})
    institute, parts = classroom.institute, classroom.institute.parts
    wanted = organisations.NewOrganisation("other", "Other Institute")
    other = organisations.create(parts.database, institute.clock, parts.new_id, wanted)
    stranger = Device(institute, organisations.system_actor(other, parts.new_id()), Origin(parts.new_id(), "Elsewhere"))
    assert known(classroom, stranger) == set()
    (told,) = publish(classroom, {1: "90.0"}, by=stranger)
    assert told.code == "waits_for_creation"
    assert classroom.entry("course_grade", course_grade_id(institute.enrolments[1])) is None


class Office:
    """Grades over HTTP."""

    def __init__(self, school: School) -> None:
        self.school = school
        school.server.add_person("grace", ("registrar",))
        school.tokens["grace"] = school.server.sign_in("grace").data["access_token"]
        self.path = f"/api/v1/cohorts/{school.cohort}/course-grades"

    def publish(self, who: str, *results: str, **more: Any) -> Any:
        pairs = zip(self.school.enrolments, results, strict=False)
        grades = [{"enrolment_id": one, "result": result} for one, result in pairs]
        return self.school.server.post(self.path, {"grades": grades, **more}, self.school.tokens[who])

    def seen(self, who: str) -> list[str]:
        answer = self.school.server.get(self.path, self.school.tokens[who])
        return sorted(one["result"] for one in answer.data["grades"])


def test_grades_over_http(school: School) -> None:
    office = Office(school)
    school.save("ama", "40", "30")
    school.release("ama", 0, 1)
    assert office.publish("ama", "80.0").data["outcomes"][0]["code"] == "not_allowed"
    told = office.publish("grace", "80.0", "61.0", "50.0").data["outcomes"]
    assert [one["code"] for one in told] == [None, "grade_differs", "grade_none"]
    assert office.publish("grace", "80.0", "60.0").data["outcomes"][1]["verdict"] == "applied"
    assert [office.seen(who) for who in ("grace", "ama", "esi", "yaw")] == [
        ["60.0", "80.0"],
        ["60.0", "80.0"],
        ["80.0"],
        [],
    ]
    assert office.publish("grace").status == 422
