"""Marking over HTTP, on both databases: the gradebook with its version, saving, releasing, and who may not."""

from typing import Any

import pytest

from tests.serving import TestServer, server_settings


class School:
    """A server with a class of three, its instructor, another one and a student who signs in."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        self.ama = server.add_person("ama", ("instructor",))
        server.add_person("yaw", ("instructor",))
        esi = server.add_person("esi", ("student",))
        course = self.do("AddCourse", {"code": "PHOTO", "title": "Photography"})
        cohort = {"course_id": course, "code": "P1", "name": "Photography 1", "instructors": [self.ama]}
        self.cohort = self.do("AddCohort", cohort)
        people = [esi, *(self.do("AddPerson", {"given_name": "More", "number": str(at)}) for at in range(2))]
        self.enrolments = [self.do("EnrolPerson", {"cohort_id": self.cohort, "person_id": one}) for one in people]
        paper = {"cohort_id": self.cohort, "title": "Test", "work_kind": "paper", "points": "50", "state": "open"}
        self.work = self.do("AddAssignment", paper)
        self.tokens = {one: server.sign_in(one).data["access_token"] for one in ("ama", "yaw", "esi")}

    def do(self, kind: str, payload: dict[str, Any]) -> str:
        made = self.server.new_id()
        outcome = self.server.do(self.server.command(kind, made, payload))
        assert outcome.verdict == "applied", outcome
        return str(made)

    def save(self, who: str, *scores: str | None) -> Any:
        marks = [{"enrolment_id": one, "score": score} for one, score in zip(self.enrolments, scores, strict=False)]
        path = f"/api/v1/assignments/{self.work}/marks"
        return self.server.ask("PUT", path, {"marks": marks}, self.tokens[who])

    def release(self, who: str, *places: int) -> Any:
        given = {"enrolments": [self.enrolments[at] for at in places]}
        return self.server.post(f"/api/v1/assignments/{self.work}/release", given, self.tokens[who])

    def book(self, who: str, **headers: str) -> Any:
        return self.server.get(f"/api/v1/cohorts/{self.cohort}/gradebook", self.tokens[who], **headers)

    def grade(self, who: str, at: int = 0) -> Any:
        return self.server.get(f"/api/v1/cohorts/{self.cohort}/grades/{self.enrolments[at]}", self.tokens[who])


@pytest.fixture
def school(tmp_path, database_url):
    server = TestServer(server_settings(tmp_path, database_url))
    yield School(server)
    server.close()


def test_marks_are_saved_read_and_released(school: School) -> None:
    told = school.save("ama", "40", "51", "12,5")
    assert [(one["verdict"], one["code"]) for one in told.data["outcomes"]] == [
        ("applied", None),
        ("rejected", "mark_too_high"),
        ("applied", None),
    ]
    book = school.book("ama")
    cells = dict(zip(book.data["enrolments"], book.data["cells"], strict=True))
    assert [cells[one] for one in school.enrolments] == [[4000], [None], [1250]]
    etag = book.headers["etag"]
    assert school.book("ama", If_None_Match=etag).status == 304
    assert school.book("ama").body == book.body
    assert [one["verdict"] for one in school.release("ama", 0, 2).data["outcomes"]] == ["applied", "applied"]
    again = school.book("ama", If_None_Match=etag)
    assert (again.status, sorted(again.data["released"])) == (200, [0, 1, 1])


def test_a_student_reads_only_the_own_grade_and_only_what_is_released(school: School) -> None:
    school.save("ama", "40", "30")
    assert school.grade("esi").data["percent"] is None
    assert school.grade("esi").data["work"] == []
    school.release("ama", 0)
    assert school.grade("esi").data["percent"] == 8000
    assert school.grade("esi", 1).status == 404
    assert school.grade("ama", 1).data["percent"] == 6000
    assert (school.book("esi").status, school.book("esi").code) == (403, "not_allowed")


def test_who_may_not(school: School) -> None:
    assert school.book("yaw").code == "not_allowed"
    assert school.grade("yaw").status == 404
    assert school.save("esi", "50").data["outcomes"][0]["code"] == "not_allowed"
    assert school.save("yaw", "50").data["outcomes"][0]["verdict"] == "held"
    assert school.release("esi", 0).data["outcomes"][0]["code"] == "not_allowed"
    missing = school.server.get(f"/api/v1/cohorts/{school.server.new_id()}/gradebook", school.tokens["ama"])
    assert missing.status in (403, 404)
