"""Lists over HTTP, the same for every family: order, filters, search, pages, cursors, sparse rows, versions, gzip."""

import gzip
import json

import pytest

FAMILIES = {
    "users": ("sort_name", "number", "email", "state"),
    "courses": ("code", "title", "category", "difficulty"),
    "cohorts": ("code", "name", "starts_on", "ends_on"),
    "academic-terms": ("starts_on", "name"),
    "enrolments": ("enrolled_on", "state"),
    "class-sessions": ("starts_at", "ends_at", "room"),
}


class Asking:
    """A server with seven rows of each family, asked by an administrator."""

    def __init__(self, server):
        self.server = server
        teacher = server.add_person("ama", ("instructor",), given_name="Ama")
        server.add_person("efua", ("administrator",), given_name="Efua")
        self.token = server.sign_in("efua").data["access_token"]
        course = self._fill_catalogue(teacher)
        self.cohort = self.made("cohorts", course_id=course, code="C-0", name="Cohort 0", instructors=[teacher])["id"]
        for at in range(1, 7):
            name = f"Cohort {at}" if at % 2 else f"Évening {at}"
            self.made("cohorts", course_id=course, code=f"C-{at}", name=name, starts_on=f"2026-0{at}-01")
        for at in range(7):
            given = {"given_name": f"Student{at}", "family_name": "Addo", "number": f"S-{at}"}
            person = self.made("users", **given, **({"email": f"s{at}@example.org"} if at % 2 else {}))["id"]
            self.made("enrolments", cohort_id=self.cohort, person_id=person)
            times = {"starts_at": f"2026-11-2{at % 3}T0{at}:00:00Z", "ends_at": f"2026-11-2{at % 3}T0{at}:45:00Z"}
            self.made("class-sessions", cohort_id=self.cohort, room=f"Studio {at % 2}", **times)

    def _fill_catalogue(self, teacher):
        for at in range(7):
            self.made("academic-terms", name=f"Term {at}", starts_on=f"202{at}-01-10", ends_on=f"202{at}-04-10")
        made = [self.made("courses", code=f"K-{at}", title=f"Photography {at}")["id"] for at in range(6)]
        self.made("courses", code="K-9", title="100% Sound_Engineering")
        return made[0]

    def made(self, family, **fields):
        answer = self.server.post(f"/api/v1/{family}", fields, self.token)
        assert answer.status == 201, answer.body
        return answer.data

    def get(self, question, **headers):
        return self.server.get(f"/api/v1/{question}", self.token, **headers)

    def rows(self, question):
        return self.get(question).data


@pytest.fixture
def asking(new_institute):
    return Asking(new_institute)


@pytest.fixture(scope="module")
def reading(file_server):
    """An institute of the file's for tests that only read."""
    file_server.slug = "readers"
    file_server.organisation_id = file_server.add_organisation(file_server.slug)
    return Asking(file_server)


def _walk(asking, family, sort):
    """Every page by its cursor; gives the ids in their order."""
    ids, cursor = [], ""
    while True:
        page = asking.get(f"{family}?limit=2&sort={sort}" + (f"&cursor={cursor}" if cursor else ""))
        ids += [row["id"] for row in page.data]
        cursor = page.headers.get("x-next-cursor", "")
        if not cursor:
            return ids


def test_every_family_by_page_and_by_cursor_in_every_order(reading):
    """Both ways give every row once, in the order asked for; the other way round is the other way round."""
    for family, sorts in FAMILIES.items():
        whole = {row["id"] for row in reading.rows(f"{family}?limit=500")}
        assert len(whole) >= 7
        for sort in sorts:
            up = [row["id"] for row in reading.rows(f"{family}?limit=500&sort={sort}")]
            down = [row["id"] for row in reading.rows(f"{family}?limit=500&sort=-{sort}")]
            assert down == up[::-1], (family, sort)
            paged = []
            for page in range(1, 20):
                told = reading.get(f"{family}?limit=3&page={page}&sort={sort}").json
                paged += [row["id"] for row in told["data"]]
                assert told["pagination"]["totalCount"] == len(whole)
                assert told["pagination"]["hasNext"] is (page < told["pagination"]["totalPages"])
                if not told["pagination"]["hasNext"]:
                    break
            assert paged == up == _walk(reading, family, sort), (family, sort)
            assert _walk(reading, family, f"-{sort}") == down, (family, sort)
            assert set(up) == whole


def test_rows_that_come_meanwhile_shift_no_cursor(asking):
    first = asking.get("courses?limit=3&sort=code")
    asking.made("courses", code="A-0", title="Before all")
    rest = asking.get(f"courses?limit=500&sort=code&cursor={first.headers['x-next-cursor']}")
    codes = [row["code"] for row in (*first.data, *rest.data)]
    assert codes == ["K-0", "K-1", "K-2", "K-3", "K-4", "K-5", "K-9"]


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("users?number=S-3", 1),
        ("users?state=active", 9),
        ("users?state=suspended", 0),
        ("users?provisional=false&state=active", 9),
        ("courses?code=K-9", 1),
        ("cohorts?archived=false", 7),
        ("cohorts?archived=true", 0),
        ("class-sessions?room=Studio%201", 3),
        ("class-sessions?room=Studio%201&state=cancelled", 0),
        ("enrolments?state=active&limit=1", 7),
    ],
)
def test_filters_count_together(reading, question, count):
    assert reading.get(question).json["pagination"]["totalCount"] == count


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("courses?search=photography", 6),
        ("courses?search=PHOTO%203", 1),
        ("courses?search=100%25", 1),
        ("courses?search=%25", 1),
        ("courses?search=sound_e", 1),
        ("courses?search=s_und", 0),
        ("cohorts?search=%C3%89vening", 3),
        ("cohorts?search=EVENING", 0),
        ("users?search=addo%20student3", 1),
        ("users?search=ADDO", 7),
    ],
)
def test_searches_find_words_in_any_case_and_take_signs_as_signs(reading, question, found):
    assert reading.get(question).json["pagination"]["totalCount"] == found


@pytest.mark.parametrize("family", ["enrolments", "academic-terms", "class-sessions"])
def test_a_list_without_words_says_that_it_cant_be_searched(reading, family):
    told = reading.get(f"{family}?search=x")
    assert (told.status, told.code, told.json["details"]) == (422, "filter_unknown", {"name": "search"})


def test_sparse_rows_hold_what_was_asked_for_and_the_id(reading):
    for family in FAMILIES:
        row = reading.rows(f"{family}?limit=1&fields=revision")[0]
        assert set(row) == {"id", "revision"}
        one = reading.get(f"{family}/{row['id']}?fields=revision").data
        assert one == row


def test_an_unchanged_list_costs_no_body_and_a_changed_one_does(asking):
    for family in FAMILIES:
        first = asking.get(f"{family}?limit=3")
        again = asking.get(f"{family}?limit=3", If_None_Match=first.headers["etag"])
        assert (again.status, again.body) == (304, b"")
    before = asking.get("courses").headers["etag"]
    asking.made("courses", code="NEW", title="New")
    assert asking.get("courses", If_None_Match=before).status == 200


def test_lists_are_packed_for_those_who_take_it(reading):
    plain, packed = reading.get("users?limit=500"), reading.get("users?limit=500", Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] == plain.headers["etag"]


def test_a_batch_keeps_versions_and_keys(asking):
    """Each of its requests has the headers that it would have alone, and a repeat of the batch changes nothing."""
    row = asking.rows("courses?code=K-9")[0]
    path = f"/api/v1/courses/{row['id']}"
    requests = [
        {"method": "GET", "path": path, "headers": {"If-None-Match": f'"{row["revision"]}"'}},
        {"method": "PATCH", "path": path, "body": {"title": "Sound"}},
        {"method": "PATCH", "path": path, "body": {"title": "Sound"},
         "headers": {"If-Match": f'"{row["revision"]}"', "Idempotency-Key": "sound-1"}},
        {"method": "POST", "path": "/api/v1/courses", "body": {"code": "RAD", "title": "Radio"},
         "headers": {"Idempotency-Key": "radio-1"}},
    ]  # fmt: skip
    first, again = (asking.server.post("/api/v1/batch", {"requests": requests}, asking.token).data for _ in range(2))
    assert [one["status"] for one in first] == [304, 422, 200, 201]
    assert first[1]["body"]["code"] == "base_missing"
    assert [one["status"] for one in again] == [200, 422, 200, 201]
    assert again[3]["body"]["data"]["id"] == first[3]["body"]["data"]["id"]
    assert asking.get("courses?code=RAD").json["pagination"]["totalCount"] == 1


def test_many_rows_change_in_one_request_and_each_has_its_own_outcome(asking):
    people = [row["id"] for row in asking.rows("users?search=addo&limit=500")]
    told = asking.server.post("/api/v1/users/state", {"ids": people, "state": "inactive"}, asking.token).data
    assert [one["verdict"] for one in told] == ["applied"] * 7
    assert asking.get("users?state=inactive").json["pagination"]["totalCount"] == 7
    again = asking.server.post("/api/v1/users/state", {"ids": people[:2], "state": "inactive"}, asking.token)
    assert {one["verdict"] for one in again.data} <= {"agreed", "applied"}
    assert json.loads(again.body)["data"]
