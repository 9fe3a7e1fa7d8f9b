"""Many people at once: mistakes are removed, sign-ins end, and lists leave as files that run nothing."""

import io

import pytest
from openpyxl import load_workbook

from shared.people.vocabulary import Role

USERS = "/api/v1/users"


@pytest.fixture
def office(new_institute):
    """A server with an administrator; returns (server, token)."""
    new_institute.add_person("boss")
    return new_institute, new_institute.sign_in("boss").data["access_token"]


def _rows(server, sql, **places):
    with server.context.database.read() as db:
        db.enter(server.organisation_id)
        return [tuple(row) for row in db.rows(sql, o=server.organisation_id, **places)]


def test_a_mistake_goes_for_good_and_who_is_used_stays(office):
    server, token = office
    mistake = server.add_person("typo", ("student",), number="S-1")
    used = server.add_person("ama", ("student",), number="S-2")
    course, cohort = server.new_id(), server.new_id()
    server.do(server.command("AddCourse", course, {"code": "PHOTO", "title": "Photography"}))
    server.do(server.command("AddCohort", cohort, {"course_id": course, "code": "P-1", "name": "P"}))
    server.do(server.command("EnrolPerson", server.new_id(), {"cohort_id": cohort, "person_id": used}))
    seen = server.post(f"{USERS}/removal/preview", {"ids": [mistake, used]}, token).data
    assert {one["id"]: (one["free"], one["rows"]) for one in seen} == {
        mistake: (True, {}), used: (False, {"enrolment": 1}),
    }  # fmt: skip
    told = server.post(f"{USERS}/removal", {"ids": [mistake, used], "reason": "Typed twice"}, token).data
    assert told["removed"] == [mistake]
    assert [(one["id"], one["code"]) for one in told["kept"]] == [(used, "person_used")]
    assert server.get(f"{USERS}/{mistake}", token).status == 404
    assert server.get(f"{USERS}/{used}", token).status == 200
    gone = _rows(server, "SELECT deleted FROM feed_row WHERE organisation_id = :o AND entity_id = :p", p=mistake)
    assert [bool(row[0]) for row in gone] == [True]
    assert _rows(server, "SELECT 1 FROM credential WHERE organisation_id = :o AND person_id = :p", p=mistake) == []
    kept = _rows(server, "SELECT count(*) FROM command_log WHERE organisation_id = :o AND target_id = :p", p=mistake)
    assert kept == [(2,)]


def test_removing_asks_for_a_fresh_sign_in_and_never_takes_oneself_or_an_administrator(office):
    server, token = office
    mistake = server.add_person("typo", ("student",))
    own = server.sign_in("boss").data["person"]["id"]
    told = server.post(f"{USERS}/removal", {"ids": [own]}, token).data
    assert [one["code"] for one in told["kept"]] == ["not_allowed"]
    server.clock.advance(11 * 60)
    assert server.post(f"{USERS}/removal", {"ids": [mistake]}, token).code == "fresh_sign_in_needed"
    server.add_person("grace", (Role.REGISTRAR,))
    registrar = server.sign_in("grace").data["access_token"]
    told = server.post(f"{USERS}/removal", {"ids": [own]}, registrar).data
    assert [one["code"] for one in told["kept"]] == ["not_allowed"]
    assert server.post(f"{USERS}/removal", {"ids": []}, registrar).status == 422


def test_someone_who_worked_here_stays(office):
    server, token = office
    server.add_person("grace", (Role.REGISTRAR,))
    registrar = server.sign_in("grace").data
    server.post(USERS, {"given_name": "Yaa", "roles": ["student"]}, registrar["access_token"])
    seen = server.post(f"{USERS}/removal/preview", {"ids": [registrar["person"]["id"]]}, token).data[0]
    assert (seen["free"], "made by this person" in " ".join(seen["sentences"])) == (False, True)


def test_a_list_leaves_without_formulas_and_is_noted(office):
    server, token = office
    bad = server.add_person("evil", ("student",), family_name='=HYPERLINK("http://example.org")', number="@SUM(1)")
    wanted = {"ids": [bad], "columns": ["number", "family_name", "roles"]}
    told = server.post(f"{USERS}/export", wanted, token)
    assert told.body.decode("utf-8-sig").splitlines() == [
        "number,family_name,roles", "'@SUM(1),\"'=HYPERLINK(\"\"http://example.org\"\")\",student",
    ]  # fmt: skip
    book = load_workbook(io.BytesIO(server.post(f"{USERS}/export", wanted | {"format": "xlsx"}, token).body))
    cells = [cell for row in book["People"].iter_rows() for cell in row]
    assert [cell.value for cell in cells[3:]] == ["'@SUM(1)", '\'=HYPERLINK("http://example.org")', "student"]
    assert {cell.data_type for cell in cells} == {"s"}
    notes = _rows(server, "SELECT note FROM audit_link WHERE organisation_id = :o AND note IS NOT NULL")
    assert sum('"exported":"people"' in note[0] for note in notes) == 2
    everyone = server.post(f"{USERS}/export", {}, token).body.decode("utf-8-sig").splitlines()
    assert len(everyone) == 3
    assert server.post(f"{USERS}/export", {"columns": ["hash"]}, token).status == 422
    server.add_person("kofi", (Role.INSTRUCTOR,))
    teacher = server.sign_in("kofi").data["access_token"]
    assert server.post(f"{USERS}/export", {}, teacher).status == 403


def test_sign_ins_of_several_end(office):
    server, token = office
    ids = [server.add_person(name, ("student",)) for name in ("one", "two")]
    theirs = [server.sign_in(name).data["access_token"] for name in ("one", "two")]
    assert server.post(f"{USERS}/sign-ins/end", {"ids": ids}, token).data == {"ended": 2}
    assert {server.get("/api/v1/profile", one).status for one in theirs} == {401}
