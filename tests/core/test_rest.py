"""REST over the one door: lists, rows, writes, registers, batches and the shapes of errors, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.migrations.running import migrate
from shared.core.ids import derived_id
from tests.fixtures.databases import CopiedDatabase
from tests.postgres import DatabaseUrls
from tests.serving import TestServer, server_settings


class Office:
    """A server with an administrator signed in, and a course with a cohort and students."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        self.admin_id = server.add_person("efua", ("administrator",))
        self.teacher_id = server.add_person("ama", ("instructor",))
        self.admin = self.token("efua")
        self.cohort_id = self.session_id = ""
        self.enrolments: list[str] = []

    def token(self, name: str) -> str:
        return str(self.server.sign_in(name).data["access_token"])

    def made(self, family: str, **fields: object) -> dict[str, object]:
        answer = self.server.post(f"/api/v1/{family}", fields, self.admin)
        assert answer.status == 201, answer.body
        return dict(answer.data)

    def open_class(self, students: int = 3) -> None:
        course = self.made("courses", code="PHO", title="Photography")
        cohort = self.made(
            "cohorts", course_id=course["id"], code="PHO-1", name="Photography 1", instructors=[self.teacher_id]
        )
        self.cohort_id = str(cohort["id"])
        for at in range(students):
            person = self.made("users", given_name=f"Student{at}", family_name="Addo", number=f"S-{at}")
            enrolment = self.made("enrolments", cohort_id=self.cohort_id, person_id=person["id"])
            self.enrolments.append(str(enrolment["id"]))
        times = {"starts_at": "2026-11-20T08:00:00Z", "ends_at": "2026-11-20T09:30:00Z"}
        self.session_id = str(self.made("class-sessions", cohort_id=self.cohort_id, **times)["id"])


def _migrated(urls: DatabaseUrls) -> None:
    settings = server_settings(Path(), urls)
    migrate(settings.owner_database, settings.database)


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, copied_database: CopiedDatabase, tmp_path: Path) -> Iterator[Office]:
    urls = copied_database(request.param, "migrated", _migrated)
    server = TestServer(server_settings(tmp_path / "data", urls))
    yield Office(server)
    server.close()


def test_a_list_has_the_page_shape_sorts_filters_searches_and_goes_on_by_cursor(office: Office) -> None:
    for name in ("Yaw", "Kofi", "Abena"):
        office.made("users", given_name=name, family_name="Mensah", number=f"S-{name}")
    first = office.server.get("/api/v1/users?search=mensah&limit=2&sort=sort_name&fields=given_name", office.admin)
    assert [one["given_name"] for one in first.data] == ["Abena", "Kofi"]
    assert set(first.data[0]) == {"id", "given_name"}
    assert first.json["pagination"] == {
        "page": 1, "limit": 2, "totalCount": 3, "totalPages": 2, "hasNext": True, "hasPrev": False,
    }  # fmt: skip
    cursor = first.headers["x-next-cursor"]
    more = office.server.get(f"/api/v1/users?search=mensah&limit=2&sort=sort_name&cursor={cursor}", office.admin)
    assert [one["given_name"] for one in more.data] == ["Yaw"]
    found = office.server.get("/api/v1/users?number=S-Kofi", office.admin)
    assert [one["given_name"] for one in found.data] == ["Kofi"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/users?sort=password", 422, "sort_unknown"),
        ("/api/v1/users?shoe_size=43", 422, "filter_unknown"),
        ("/api/v1/users?limit=1000", 422, "invalid"),
        ("/api/v1/users?page=1&page=2", 400, "parameter_repeated"),
        ("/api/v1/auth/me?word=1&word=2", 400, "parameter_repeated"),
        ("/api/v1/users?cursor=abc", 400, "cursor_invalid"),
        ("/api/v1/users/nobody", 404, "not_found"),
        ("/users", 404, "not_found"),
    ],
)
def test_a_wrong_question_gets_its_word_and_sentence(office: Office, path: str, status: int, code: str) -> None:
    answer = office.server.get(path, office.admin)
    assert (answer.status, answer.code) == (status, code)
    assert answer.json["error"].endswith(".")
    assert answer.json["request_id"]


def test_a_write_needs_the_version_seen_and_a_stale_one_is_kept_as_a_conflict(office: Office) -> None:
    person = office.made("users", given_name="Esi", family_name="Quaye", phone="024 555 0101")
    path, server = f"/api/v1/users/{person['id']}", office.server
    blind = server.ask("PATCH", path, {"phone": "020"}, office.admin)
    assert (blind.status, blind.code) == (422, "base_missing")
    etag = f'"{person["revision"]}"'
    first = server.ask("PATCH", path, {"phone": "024 555 0999"}, office.admin, If_Match=etag)
    assert first.data["phone"] == "024 555 0999"
    stale = server.ask("PATCH", path, {"phone": "024 555 0111"}, office.admin, If_Match=etag)
    assert (stale.status, stale.code) == (409, "conflict")
    waiting = server.get("/api/v1/sync/conflicts", office.admin).data
    assert waiting[0]["id"] == stale.json["details"]["conflict_id"]
    choice = {"choices": {"phone": stale.json["details"]["command_id"]}}
    settled = server.post(f"/api/v1/sync/conflicts/{waiting[0]['id']}/settle", choice, office.admin)
    assert settled.data["state"] == "settled"
    assert server.get(path, office.admin).data["phone"] == "024 555 0111"


def test_the_same_key_twice_is_one_write(office: Office) -> None:
    fields = {"given_name": "Kojo", "family_name": "Annan"}
    first = office.server.post("/api/v1/users", fields, office.admin, Idempotency_Key="form-7")
    again = office.server.post("/api/v1/users", fields, office.admin, Idempotency_Key="form-7")
    assert (first.status, again.status) == (201, 201)
    assert first.data["id"] == again.data["id"]
    assert office.server.get("/api/v1/users?search=annan", office.admin).json["pagination"]["totalCount"] == 1


def test_a_likely_duplicate_is_named_before_a_person_is_made(office: Office) -> None:
    known = office.made("users", given_name="Akua", family_name="Osei", phone="+233 24 555 0101")
    fields = {"given_name": "Akua", "family_name": "Osei", "phone": "024 555 0101"}
    refused = office.server.post("/api/v1/users", fields, office.admin)
    assert (refused.status, refused.code) == (409, "likely_duplicate")
    assert refused.json["details"]["duplicates"][0]["person"]["id"] == known["id"]
    fields["known_duplicates"] = [known["id"]]
    assert office.server.post("/api/v1/users", fields, office.admin).status == 201


def test_a_register_is_read_and_saved_by_who_teaches_it(office: Office) -> None:
    office.open_class()
    teacher, path = office.token("ama"), f"/api/v1/registers/{office.session_id}"
    marks = [{"enrolment_id": one, "state": "present"} for one in office.enrolments]
    saved = office.server.ask("PUT", f"{path}/marks", {"marks": marks}, teacher)
    assert {one["verdict"] for one in saved.data} == {"applied"}
    shown = office.server.get(path, teacher).data
    assert {mark["state"] for mark in shown["marks"]} == {"present"}
    changed = [{**marks[0], "state": "late", "minutes": 7, "supersedes": shown["marks"][0]["standing"]}]
    changed[0]["enrolment_id"] = shown["marks"][0]["enrolment_id"]
    office.server.ask("PUT", f"{path}/marks", {"marks": changed}, teacher)
    first = office.server.get(path, teacher).data["marks"][0]
    assert (first["state"], first["minutes"], first["disagreement"]) == ("late", 7, False)
    assert office.server.post(f"{path}/finish", {}, teacher).status == 200
    assert office.server.get(path, teacher).data["state"] == "finished"


def test_an_instructor_sees_own_classes_and_nobody_elses(office: Office) -> None:
    office.open_class()
    office.server.add_person("yaw", ("instructor",))
    stranger, teacher = office.token("yaw"), office.token("ama")
    assert office.server.get("/api/v1/class-sessions", teacher).json["pagination"]["totalCount"] == 1
    assert office.server.get("/api/v1/class-sessions", stranger).json["pagination"]["totalCount"] == 0
    assert office.server.get(f"/api/v1/registers/{office.session_id}", stranger).status == 404
    refused = office.server.post("/api/v1/users", {"given_name": "Eve"}, stranger)
    assert (refused.status, refused.code) == (403, "not_allowed")


def test_a_batch_answers_each_of_its_requests(office: Office) -> None:
    requests = [
        {"method": "POST", "path": "/api/v1/courses", "body": {"code": "RAD", "title": "Radio"}},
        {"method": "GET", "path": "/api/v1/courses?code=RAD"},
        {"method": "GET", "path": "/api/v1/courses/none"},
    ]
    answers = office.server.post("/api/v1/batch", {"requests": requests}, office.admin).data
    assert [one["status"] for one in answers] == [201, 200, 404]
    assert answers[1]["body"]["data"][0]["title"] == "Radio"
    refused = office.server.post(
        "/api/v1/batch", {"requests": [{"method": "POST", "path": "/api/v1/auth/sign-in"}]}, office.admin
    )
    assert refused.code == "batch_refused"


def test_bulk_states_and_the_search_over_families(office: Office) -> None:
    office.open_class()
    people = office.server.get("/api/v1/users?search=addo", office.admin).data
    ids = [one["id"] for one in people]
    told = office.server.post("/api/v1/users/state", {"ids": ids, "state": "suspended"}, office.admin).data
    assert {one["verdict"] for one in told} == {"applied"}
    assert office.server.get("/api/v1/users?state=suspended", office.admin).json["pagination"]["totalCount"] == 3
    found = office.server.get("/api/v1/search?q=Photography", office.admin).data
    assert [one["code"] for one in found["cohorts"]] == ["PHO-1"]


def test_an_unchanged_row_costs_no_body(office: Office) -> None:
    person = office.made("users", given_name="Nii")
    path = f"/api/v1/users/{person['id']}"
    etag = office.server.get(path, office.admin).headers["etag"]
    again = office.server.get(path, office.admin, If_None_Match=etag)
    assert (again.status, again.body) == (304, b"")


def test_enrolling_twice_gives_the_first_enrolment(office: Office) -> None:
    office.open_class(1)
    row = office.server.get(f"/api/v1/enrolments/{office.enrolments[0]}", office.admin).data
    wanted = {"cohort_id": row["cohort_id"], "person_id": row["person_id"], "id": derived_id("another")}
    again = office.server.post("/api/v1/enrolments", wanted, office.admin)
    assert again.data["id"] == office.enrolments[0]


def test_the_catalogue_is_answered_from_memory_until_something_of_it_changes(office: Office) -> None:
    office.made("courses", code="PHO", title="Photography")
    first = office.server.get("/api/v1/courses", office.admin)
    assert office.server.get("/api/v1/courses", office.admin).body == first.body
    office.made("courses", code="RAD", title="Radio")
    assert [one["code"] for one in office.server.get("/api/v1/courses", office.admin).data] == ["PHO", "RAD"]
