"""A term rolled over in one step, on both databases: what the preview shows is done, and taken back while untouched."""

from typing import Any

import pytest

from tests.serving import Answer, TestServer

OLD = {"name": "Term 1", "starts_on": "2026-09-07", "ends_on": "2026-12-18"}
NEW = {"name": "Term 2", "starts_on": "2027-01-11", "ends_on": "2027-04-02"}
SERIES = {"minutes": 90, "time_zone": "Africa/Accra", "rule": "FREQ=WEEKLY;BYDAY=TU"}


class School:
    """Term 1 with Photography (two instructors, a weekly class) and Film; Esi, Kofi and Yaw are in Photography."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        person = server.add_person
        self.people = {name: person(name, ("student",), number=f"N-{name}") for name in ("esi", "kofi", "yaw")}
        self.people |= {name: person(name, (role,)) for name, role in (("grace", "registrar"), ("ama", "instructor"))}
        self.people["gone"] = person("gone", ("instructor",))
        self.token = server.sign_in("grace").data["access_token"]
        self.term = self.do("AddAcademicTerm", OLD)
        self.course = self.do("AddCourse", {"code": "PHOTO", "title": "Photography"})
        teachers = [self.people["ama"], self.people["gone"]]
        self.photo = self.cohort("PHOTO-T1", "Photography Term 1", instructors=teachers, capacity=2)
        self.film = self.cohort("FILM", "Film")
        self.enrolled = {name: self.enrol(name, self.photo) for name in ("esi", "kofi", "yaw")}
        self.series = self.do(
            "PlanSessionSeries",
            {
                **SERIES,
                "cohort_id": self.photo,
                "starts_at_local": "2026-09-08T18:00",
                "until": "2026-12-15",
                "room": "Studio 2",
                "instructor_id": self.people["ama"],
                "title": "Studio evening",
            },
        )
        self.state("gone", "inactive")

    def do(self, kind: str, payload: dict[str, Any]) -> str:
        target = self.server.new_id()
        outcome = self.server.do(self.server.command(kind, target, payload), self.server.organisation_id)
        assert outcome.verdict == "applied", outcome
        return target

    def cohort(self, code: str, name: str, **more: Any) -> str:
        days = {"starts_on": OLD["starts_on"], "ends_on": OLD["ends_on"]}
        return self.do("AddCohort", {"course_id": self.course, "code": code, "name": name, **days, **more})

    def enrol(self, name: str, cohort_id: str, **more: Any) -> str:
        return self.do("EnrolPerson", {"cohort_id": cohort_id, "person_id": self.people[name], **more})

    def state(self, name: str, state: str) -> None:
        payload = {"state": state, "old_state": "active"}
        command = self.server.command("SetPersonState", self.people[name], payload)
        assert self.server.do(command, self.server.organisation_id).verdict == "applied"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        return self.server.ask(method, f"/api/v1/{path}", body, self.token, **headers)

    def wanted(self, *cohorts: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"old_term_id": self.term, "new_term": NEW, "cohorts": list(cohorts), **more}

    def preview(self, *cohorts: dict[str, Any], **more: Any) -> Any:
        return self.ask("POST", "term-rollovers/preview", self.wanted(*cohorts, **more)).data

    def roll(self, *cohorts: dict[str, Any], **headers: str) -> Answer:
        token = self.preview(*cohorts)["token"]
        return self.ask("POST", "term-rollovers", {**self.wanted(*cohorts), "token": token}, **headers)

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        statement = f"SELECT {', '.join(columns)} FROM {table} WHERE organisation_id = :o ORDER BY {', '.join(columns)}"
        run = lambda db: db.rows(statement, o=self.server.organisation_id)  # noqa: E731 - one line
        return [tuple(row) for row in self.server.context.database.write(run)]

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        return {
            "academic_term": self.rows("academic_term", "name"),
            "cohort": self.rows("cohort", "code", "name", "starts_on", "ends_on"),
            "cohort_instructor": self.rows("cohort_instructor", "cohort_id", "person_id"),
            "enrolment": self.rows("enrolment", "id", "cohort_id", "person_id", "state"),
            "session_series": self.rows("session_series", "id", "starts_at_local"),
            "class_session": self.rows("class_session", "id", "starts_at"),
        }


@pytest.fixture
def school(new_institute: TestServer) -> School:
    return School(new_institute)


def shown(plan: Any, code: str) -> Any:
    return next(one for one in plan["cohorts"] if one["code"] == code)


def test_the_preview_shows_what_will_be_and_changes_nothing(school: School) -> None:
    before = school.everything()
    school.do("AddHoliday", {"name": "Founders", "starts_on": "2027-02-02", "ends_on": "2027-02-02"})
    plan = school.preview({"cohort_id": school.photo, "students": "continue"})
    assert plan["counts"] == {"terms": 1, "cohorts": 2, "moved": 3, "completed": 3, "series": 1, "sessions": 11}
    photo = shown(plan, "PHOTO-T1")
    copy = photo["copy"]
    assert (copy["code"], copy["name"]) == ("PHOTO-T2", "Photography Term 2")
    assert (copy["starts_on"], copy["ends_on"]) == (NEW["starts_on"], NEW["ends_on"])
    assert copy["instructor_names"] == ["Ama"]
    (line,) = photo["series"]
    assert (line["starts_at_local"], line["room"], line["planned"]) == ("2027-01-12T18:00", "Studio 2", True)
    assert line["skipped"] == [{"day": "2027-02-02", "name": "Founders"}]
    assert photo["notes"] == [
        "Gone isn't active any more and doesn't teach the copy.",
        "The copy has 2 places and would have 3 students.",
    ]
    assert shown(plan, "FILM")["copy"]["code"] == "FILM-T2"
    assert school.everything() == before


def test_a_term_is_rolled_over_once_and_taken_back_whole(school: School) -> None:
    before = school.everything()
    told = school.roll({"cohort_id": school.photo, "students": "continue"}).data
    assert (told["state"], told["old_term"], told["new_term"]) == ("done", "Term 1", "Term 2")
    after = school.everything()
    assert ("PHOTO-T2", "Photography Term 2", NEW["starts_on"], NEW["ends_on"]) in after["cohort"]
    states = sorted(row[3] for row in after["enrolment"])
    assert states == ["active"] * 3 + ["completed"] * 3
    assert len(after["class_session"]) == len(before["class_session"]) + told["counts"]["sessions"]
    again = school.roll({"cohort_id": school.photo, "students": "continue"}).data
    assert (again["id"], set(again["counts"].values())) == (None, {0})
    assert school.everything() == after
    assert [one["id"] for one in school.ask("GET", "term-rollovers").data] == [told["id"]]
    undone = school.ask("POST", f"term-rollovers/{told['id']}/undo").data
    assert undone["state"] == "undone"
    assert school.everything() == before
    assert school.ask("POST", f"term-rollovers/{told['id']}/undo").data == undone
    assert school.roll({"cohort_id": school.photo, "students": "continue"}).data["counts"] == told["counts"]


def test_the_same_key_does_it_once(school: School) -> None:
    wanted = {"cohort_id": school.film, "students": "leave"}
    token = school.preview(wanted)["token"]
    body = {**school.wanted(wanted), "token": token}
    first = school.ask("POST", "term-rollovers", body, idempotency_key="over").data
    assert school.ask("POST", "term-rollovers", body, idempotency_key="over").data == first
    assert len(school.ask("GET", "term-rollovers").data) == 1


def test_what_was_built_on_stays(school: School) -> None:
    told = school.roll({"cohort_id": school.photo, "students": "continue"}).data
    copy = next(row for row in school.rows("cohort", "code", "id") if row[0] == "PHOTO-T2")[1]
    school.enrol("grace", copy)
    after = school.everything()
    refused = school.ask("POST", f"term-rollovers/{told['id']}/undo")
    assert (refused.status, refused.code) == (409, "built_upon")
    assert school.everything() == after


def test_a_copy_that_was_changed_stays(school: School) -> None:
    told = school.roll().data
    copy = next(row for row in school.rows("cohort", "code", "id", "revision") if row[0] == "FILM-T2")
    payload = {"changes": {"room": {"old": "", "new": "Lab"}}}
    command = school.server.command("EditCohort", copy[1], payload, copy[2])
    assert school.server.do(command, school.server.organisation_id).verdict == "applied"
    assert school.ask("POST", f"term-rollovers/{told['id']}/undo").code == "built_upon"


def test_a_preview_that_is_old_carries_nothing_out(school: School) -> None:
    plan = school.preview({"cohort_id": school.photo, "students": "continue"})
    school.enrol("ama", school.photo)
    before = school.everything()
    body = {**school.wanted({"cohort_id": school.photo, "students": "continue"}), "token": plan["token"]}
    refused = school.ask("POST", "term-rollovers", body)
    assert (refused.status, refused.code) == (412, "stale")
    assert school.everything() == before


def test_a_class_that_clashes_is_told_and_left_or_planned_all_the_same(school: School) -> None:
    times = {"starts_at": "2027-01-19T18:30:00.000Z", "ends_at": "2027-01-19T19:00:00.000Z"}
    school.do("PlanClassSession", {"cohort_id": school.film, "room": "Studio 2", **times})
    plan = school.preview({"cohort_id": school.photo})
    photo = shown(plan, "PHOTO-T1")
    assert (photo["series"][0]["clashes"], photo["series"][0]["planned"]) == (1, False)
    assert photo["notes"][-1].startswith("Studio evening is not planned: ")
    assert plan["counts"]["series"] == 0
    told = school.roll({"cohort_id": school.photo, "despite_clash": True}).data
    assert told["counts"]["series"] == 1


def test_students_go_by_grades_where_they_are_published(school: School) -> None:
    for name, result in (("esi", "81.5"), ("kofi", "31.0")):
        grade(school, name, result)
    choice = {"cohort_id": school.photo, "by_grades": True, "students": "promote", "promote_to": school.film}
    plan = school.preview({**choice, "others": "continue"})
    photo = shown(plan, "PHOTO-T1")
    assert photo["students"] == {"total": 3, "moved": 2, "completed": 2}
    assert "1 student has no published grade and stays." in photo["notes"]
    school.roll({**choice, "others": "continue"})
    codes = {row[1]: row[0] for row in school.rows("cohort", "code", "id")}
    names = {person_id: name for name, person_id in school.people.items()}
    active = {names[row[2]]: codes[row[1]] for row in school.everything()["enrolment"] if row[3] == "active"}
    assert active == {"esi": "FILM-T2", "kofi": "PHOTO-T2", "yaw": "PHOTO-T1"}
    strict = school.preview({**choice, "pass_mark": "90", "others": "leave"})
    assert "2 students didn't pass and stay." in shown(strict, "PHOTO-T1")["notes"] or strict["counts"]["moved"] == 0


def grade(school: School, name: str, result: str) -> None:
    """Publish a result as the grading area keeps it."""
    texts = {"course_code": "PHOTO", "course_title": "Photography", "cohort_name": "x", "word": "", "scale": "percent"}
    more = {"lines": "[]", "published_by": school.people["ama"], "published_by_name": "Ama", "published_at": "x"}
    ids = {"id": school.server.new_id(), "revision": school.server.new_id(), "cohort_id": school.photo}
    row = {**texts, **more, **ids, "enrolment_id": school.enrolled[name], "person_id": school.people[name]}
    row |= {"course_id": school.course, "result": result, "organisation_id": school.server.organisation_id}
    names = ", ".join(row)
    statement = f"INSERT INTO course_grade ({names}) VALUES ({', '.join(':' + one for one in row)})"
    school.server.context.database.write(lambda db: db.run(statement, **row))


def test_who_stays_is_told_with_the_reason(school: School) -> None:
    states = {"esi": "suspended", "kofi": "pending"}
    for name, state in states.items():
        payload = {"state": state, "old_state": "active"}
        command = school.server.command("SetEnrolmentState", school.enrolled[name], payload)
        school.server.do(command, school.server.organisation_id)
    school.state("yaw", "inactive")
    photo = shown(school.preview({"cohort_id": school.photo, "students": "complete"}), "PHOTO-T1")
    assert photo["students"] == {"total": 3, "moved": 0, "completed": 0}
    assert photo["notes"][-3:] == [
        "1 student isn't active in the institute and stays.",
        "1 student waits for the office and stays.",
        "1 student is suspended and stays.",
    ]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"new_term": {**NEW, "starts_on": "2026-01-01"}}, 422, "term_invalid"),
        ({"new_term": {**NEW, "ends_on": "2027-01-01"}}, 422, "term_invalid"),
        ({"new_term": {**NEW, "name": "  "}}, 422, "term_invalid"),
        ({"new_term": {**OLD, "ends_on": "2027-01-01"}}, 422, "term_invalid"),
        ({"new_term": None}, 422, "invalid"),
        ({"old_term_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"}, 404, "not_found"),
        ({"cohorts": [{"cohort_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"}]}, 422, "cohort_unknown"),
        ({"cohorts": [{"cohort_id": "", "students": "fly"}]}, 422, "invalid"),
        ({"more": 1}, 422, "invalid"),
    ],
)
def test_what_cannot_be_rolled_over_is_said(school: School, change: dict, status: int, code: str) -> None:
    told = school.ask("POST", "term-rollovers/preview", {**school.wanted(), **change})
    assert (told.status, told.code) == (status, code), told.body


def test_choices_that_lead_nowhere_are_refused(school: School) -> None:
    def code(**choice: Any) -> str:
        body = school.wanted({"cohort_id": school.photo, **choice})
        return school.ask("POST", "term-rollovers/preview", body).code

    assert code(roll=False, students="continue") == "aim_missing"
    assert code(students="promote") == "aim_missing"
    assert code(students="promote", promote_to=school.server.new_id()) == "aim_missing"
    assert code(roll=False, students="promote", promote_to=school.photo) == "aim_missing"
    assert code(code="FILM") == "code_taken"
    assert code(starts_on="2027-02-01", ends_on="2027-01-12") == "term_invalid"


def test_only_those_who_may_roll_terms_over(school: School) -> None:
    school.token = school.server.sign_in("ama").data["access_token"]
    for method, path, body in (
        ("GET", "term-rollovers", None),
        ("POST", "term-rollovers/preview", school.wanted()),
        ("POST", "term-rollovers", school.wanted()),
        ("POST", f"term-rollovers/{school.server.new_id()}/undo", None),
    ):
        assert school.ask(method, path, body).status == 403, path


def test_a_device_cannot_remove_what_no_roll_over_made(school: School) -> None:
    nobody = school.server.new_id()
    for kind, target, payload in (
        ("RemoveRolledOver", school.film, {"kind": "cohort"}),
        ("RemoveRolledOver", school.enrolled["esi"], {"kind": "enrolment"}),
        ("RemoveRolledOver", school.people["esi"], {"kind": "person"}),
        ("RemoveRolledSeries", school.series, {}),
    ):
        command = school.server.command(kind, target, {**payload, "rollover_id": nobody})
        outcome = school.server.do(command, school.server.organisation_id)
        assert outcome.verdict == "rejected", kind
    assert len(school.rows("enrolment", "id")) == 3
