"""Operators of the platform: institutes made, counted, suspended; and never their people's records but by the glass."""

import json
from typing import Any

import orjson
import pytest

from server.people.platform_service import Platform
from shared.core.ids import derived_id
from shared.people.vocabulary import BUILT_IN_ROLES, Permission, Role
from tests.people.test_set_up import whole

REASON = "The institute asked by phone to find out why a student is missing."
PATH = "/api/v1/platform/organisations"


@pytest.fixture
def platform(server: Any) -> Any:
    """A server with an institute, its administrator and a student, and an operator of the platform."""
    server.home = Platform(server.context).make_own()
    server.add_person("yaw", ("platform_administrator",), organisation_id=server.home)
    server.add_person("akua", ("administrator",), email="akua@example.org")
    server.add_person("esi", ("student",))
    server.token = _token(server, "yaw", "platform")
    server.letters = []
    post = lambda _db, letter: server.letters.append(letter)  # noqa: E731 - stands in for messaging
    object.__setattr__(server.context, "deliverer", lambda _context: post)
    return server


def _token(server: Any, name: str, slug: str = "") -> str:
    return str(server.sign_in(name, organisation=slug or server.slug).data["access_token"])


def _audited(server: Any, organisation_id: str) -> list[dict[str, Any]]:
    from server.core.isolation import acting_for

    with acting_for(organisation_id), server.context.database.read() as db:
        rows = db.rows(
            "SELECT note FROM audit_link WHERE organisation_id = :o AND note LIKE '{%' ORDER BY audit_seq",
            o=organisation_id,
        )
    return [json.loads(row[0]) for row in rows]


def test_an_operator_sees_institutes_by_size_and_nothing_of_their_people(platform: Any) -> None:
    (one,) = platform.get(PATH, platform.token).data
    assert (one["slug"], one["people"], one["state"], one["sign_ins"]) == (platform.slug, 2, "active", 0)
    assert one["rows"] >= 10
    assert one["last_activity_at"]
    assert not {"esi", "Esi", "akua@example.org"} & set(str(one).replace("'", " ").split())
    # The platform's own organisation has nobody else's rows either.
    assert [one["username"] for one in platform.get("/api/v1/users", platform.token).data] == ["yaw"]


def test_an_operator_sees_how_the_server_is(platform: Any) -> None:
    from server.core.jobs import Jobs
    from server.migrations.backup_job import JOB

    health = platform.get(f"{PATH}/health", platform.token).data
    assert (health["jobs"], health["last_backup"]) == ([], None)
    assert health["version"]
    Jobs([JOB], platform.context).run_all()
    health = platform.get(f"{PATH}/health", platform.token).data
    assert [(one["name"], one["done"], one["problem"]) for one in health["jobs"]] == [("backups", 1, "")]
    assert health["jobs_with_problems"] == []
    assert health["last_backup"]["tested"] == "sound"


@pytest.mark.parametrize("who", ["akua", "esi"])
def test_nobody_of_an_institute_is_an_operator(platform: Any, who: str) -> None:
    token = _token(platform, who)
    place = f"{PATH}/{platform.organisation_id}"
    for method, path, body in (
        ("GET", PATH, None), ("POST", PATH, {"slug": "x", "name": "X"}),
        ("POST", f"{place}/suspend", {"reason": REASON}), ("POST", f"{place}/reopen", None),
        ("GET", f"{place}/access", None), ("POST", f"{place}/access", {"reason": REASON}),
        ("POST", f"{place}/set-up-code", None), ("GET", f"{PATH}/health", None),
    ):  # fmt: skip
        assert platform.ask(method, path, body, token).code == "not_allowed", path
    assert platform.get(PATH).status == 401


def test_a_platform_administrator_of_an_institute_stays_inside_it(platform: Any) -> None:
    # The role gives every permission in the own organisation, and reaches into no other.
    platform.add_person("kofi", ("platform_administrator",))
    token = _token(platform, "kofi")
    assert platform.get(PATH, token).code == "not_allowed"
    assert Permission.PLATFORM_ORGANISATIONS in BUILT_IN_ROLES[Role.PLATFORM_ADMINISTRATOR]


def test_an_institute_is_made_and_set_up_with_its_code(platform: Any) -> None:
    made = platform.post(PATH, {"slug": "accra-arts", "name": " Accra  Arts "}, platform.token)
    assert made.status == 201
    assert (made.data["name"], made.data["waits_for_set_up"], made.data["people"]) == ("Accra Arts", True, 0)
    first = made.data["set_up_code"]
    again = platform.post(f"{PATH}/{made.data['id']}/set-up-code", None, platform.token).data["set_up_code"]
    assert platform.post("/api/v1/set-up", whole("accra-arts", first)).code == "set_up_code_wrong"
    assert platform.post("/api/v1/set-up", whole("accra-arts", again)).status == 201
    assert platform.post(f"{PATH}/{made.data['id']}/set-up-code", None, platform.token).code == "set_up_over"
    assert [one["slug"] for one in platform.get(PATH, platform.token).data] == ["accra-arts", platform.slug]


def test_the_first_administrator_is_invited_by_letter(platform: Any) -> None:
    body = {"slug": "accra-arts", "name": "Accra Arts", "administrator_email": "efua@example.org"}
    made = platform.post(PATH, body, platform.token)
    assert made.data["set_up_code"] is None
    (letter,) = platform.letters
    assert (letter.template, letter.to, letter.organisation_id) == ("set_up", "efua@example.org", made.data["id"])
    assert platform.post("/api/v1/set-up", whole("accra-arts", letter.secrets["code"])).status == 201


@pytest.mark.parametrize(
    "changes",
    [{"slug": "Accra Arts"}, {"slug": "platform"}, {"slug": "-"}, {"name": "a\x00b"}, {"name": "x" * 201},
     {"time_zone": "Mars"}, {"calling_code": "abc"}, {"administrator_email": "nobody"}],
)  # fmt: skip
def test_what_cant_be_an_institute_is_refused(platform: Any, changes: dict[str, Any]) -> None:
    refused = platform.post(PATH, {"slug": "arts", "name": "Arts", **changes}, platform.token)
    assert (refused.status, refused.code) == (422, "field_invalid")
    taken = platform.post(PATH, {"slug": platform.slug, "name": "Arts"}, platform.token)
    assert (taken.status, taken.code) == (409, "organisation_exists")


def test_a_suspended_institute_lets_nobody_in_from_the_next_request_on(platform: Any) -> None:
    device = platform.device()
    signed_in = platform.sign_in("akua", device).data
    token = signed_in["access_token"]
    assert platform.get("/api/v1/auth/me", token).status == 200
    place = f"{PATH}/{platform.organisation_id}"
    assert platform.post(f"{place}/suspend", {"reason": ""}, platform.token).code == "reason_missing"
    done = platform.post(f"{place}/suspend", {"reason": "Not paid since June"}, platform.token)
    assert (done.data["state"], done.data["state_reason"]) == ("suspended", "Not paid since June")
    ways = (
        platform.get("/api/v1/auth/me", token),
        platform.post("/api/v1/sync", {}, token),
        platform.post("/api/v1/auth/refresh", device.refresh_ask(signed_in["refresh_token"])),
        platform.sign_in("akua"),
        platform.sign_in("esi"),
        platform.get(f"/api/v1/set-up?organisation={platform.slug}"),
    )
    assert [(one.status, one.code) for one in ways] == [(401, "organisation_suspended")] * len(ways)
    assert platform.get(PATH, platform.token).status == 200, "the platform itself goes on"
    assert platform.post(f"{place}/reopen", None, platform.token).data["state"] == "active"
    assert platform.get("/api/v1/auth/me", token).status == 200
    assert [one["what"] for one in _audited(platform, platform.organisation_id)][-2:] == [
        "institute_suspended", "institute_reopened",
    ]  # fmt: skip


def test_records_are_read_only_with_a_reason_that_the_institute_keeps(platform: Any) -> None:
    place = f"{PATH}/{platform.organisation_id}/access"
    for reason in ("", "because", " " * 40, "a\nb" * 20):
        refused = platform.post(place, {"reason": reason}, platform.token)
        assert (refused.status, refused.code) == (422, "reason_missing")
    before = len(platform.letters)
    opened = platform.post(place, {"reason": REASON, "minutes": 30}, platform.token)
    assert (opened.status, opened.data["reason"]) == (201, REASON)
    letters = platform.letters[before:]
    assert {str(one.channel) for one in letters} == {"notice", "mail"}
    assert all(REASON in one.values["message"] and one.person_id for one in letters)
    rows = platform.get(f"{place}/{opened.data['id']}/rows?kind=person", platform.token).data
    assert {row["username"] for row in rows} == {"akua", "esi"}
    whats = [one for one in _audited(platform, platform.organisation_id) if one["what"].startswith("operator")]
    assert [one["what"] for one in whats][-2:] == ["operator_access_opened", "operator_looked"]
    assert (whats[-2]["reason"], whats[-1]["rows"]) == (REASON, 2)
    shown = platform.get("/api/v1/organisation/operator-access", _token(platform, "akua")).data
    assert [one["reason"] for one in shown][:1] == [REASON]


def test_the_institute_reads_who_looked_when_why_and_at_what(platform: Any) -> None:
    place, own = f"{PATH}/{platform.organisation_id}/access", "/api/v1/organisation/operator-access"
    akua = _token(platform, "akua")
    assert platform.get(own, akua).data == []
    first = platform.post(place, {"reason": REASON, "minutes": 5}, platform.token).data["id"]
    platform.clock.advance(60)
    second = platform.post(place, {"reason": REASON + " Again."}, platform.token).data["id"]
    for asked in (f"{first}/rows?kind=person", f"{first}/rows?kind=person", f"{first}/rows?kind=organisation",
                  f"{first}/rows?kind=mark", f"{second}/rows?kind=course"):  # fmt: skip
        platform.get(f"{place}/{asked}", platform.token)
    platform.ask("DELETE", f"{place}/{second}", None, platform.token)
    last, before = platform.get(own, akua).data
    assert (last["reason"], last["operator_name"], bool(last["ended_at"])) == (REASON + " Again.", "Yaw", True)
    assert last["looks"] == [{"kind": "course", "times": 1, "rows": 0}]
    assert before["looks"] == [
        {"kind": "person", "times": 2, "rows": 4}, {"kind": "organisation", "times": 1, "rows": 1},
    ], "and nothing of what was refused"  # fmt: skip
    assert platform.get(place, platform.token).data == [last, before], "operators see the same of it"
    other = platform.post(PATH, {"slug": "arts", "name": "Arts"}, platform.token).data["id"]
    assert platform.get(f"{PATH}/{other}/access", platform.token).data == []


def test_only_who_reads_the_log_reads_who_looked(platform: Any) -> None:
    refused = platform.get("/api/v1/organisation/operator-access", _token(platform, "esi"))
    assert (refused.status, refused.code) == (403, "not_allowed")
    assert platform.get("/api/v1/organisation/operator-access").status == 401


def test_the_notes_of_operators_are_found_without_reading_the_whole_log(platform: Any) -> None:
    from server.core.isolation import acting_for
    from server.people.operator_access import _NOTES

    sql = _NOTES.replace(":o", "'x'").replace(":since", "'2026'")
    with acting_for(platform.organisation_id), platform.context.database.read() as db:
        if db.dialect == "postgresql":
            db.run("SET LOCAL enable_seqscan = off")
        plan = "\n".join(str(row) for row in db.rows(f"EXPLAIN {'QUERY PLAN ' if db.dialect == 'sqlite' else ''}{sql}"))
    assert "ix_audit_link_operator" in plan, plan


def test_the_glass_closes_by_time_and_by_hand_and_serves_its_opener_alone(platform: Any) -> None:
    place = f"{PATH}/{platform.organisation_id}/access"
    first = platform.post(place, {"reason": REASON, "minutes": 5}, platform.token).data["id"]
    look = f"{place}/{first}/rows?kind=person"
    assert platform.get(look, platform.token).status == 200
    for kind in ("mark", "credential", "notice", "conflict", "submission"):
        assert platform.get(f"{place}/{first}/rows?kind={kind}", platform.token).code == "kind_unknown"
    for method in ("POST", "PUT", "PATCH"):
        assert platform.ask(method, f"{place}/{first}/rows", {}, platform.token).status in {404, 405}
    platform.add_person("adjoa", ("platform_administrator",), organisation_id=platform.home)
    assert platform.get(look, _token(platform, "adjoa", "platform")).code == "operator_access_over"
    platform.clock.advance(301)
    assert (platform.get(look, platform.token).status, platform.get(look, platform.token).code) == (
        403, "operator_access_over",
    )  # fmt: skip
    second = platform.post(place, {"reason": REASON}, platform.token).data["id"]
    assert platform.ask("DELETE", f"{place}/{second}", None, platform.token).data["ended_at"]
    assert platform.get(f"{place}/{second}/rows?kind=person", platform.token).code == "operator_access_over"
    assert platform.get(f"{place}/{derived_id('x', 'y')}/rows?kind=person", platform.token).status == 404
    assert platform.get(f"{PATH}/not-an-id!/access", platform.token).code == "organisation_unknown"
    assert platform.post(place, {"reason": REASON, "minutes": 10_000}, platform.token).status == 422


def test_an_access_is_of_one_institute_alone(platform: Any) -> None:
    other = platform.post(PATH, {"slug": "arts", "name": "Arts"}, platform.token).data["id"]
    opened = platform.post(f"{PATH}/{other}/access", {"reason": REASON}, platform.token).data["id"]
    swapped = platform.get(f"{PATH}/{platform.organisation_id}/access/{opened}/rows?kind=person", platform.token)
    assert swapped.code == "organisation_unknown"
    assert orjson.loads(platform.get(f"{PATH}/{other}/access/{opened}/rows?kind=person", platform.token).body)[
        "data"
    ] == []  # fmt: skip


def test_calendars_and_work_without_a_sign_in_end_with_the_institute(platform: Any) -> None:
    from server.core.isolation import acting_for
    from server.people.person_actor import acting_person

    device = platform.device()
    token = platform.sign_in("akua", device).data["access_token"]
    made = platform.post("/api/v1/calendar-links", {"cohort_id": None, "person_id": None, "room": "Lab 1"}, token)
    secret = made.data["path"].rsplit("/", 1)[-1]
    person_id = platform.get("/api/v1/auth/me", token).data["person"]["id"]

    def may_act() -> bool:
        context = platform.context
        with acting_for(platform.organisation_id), context.database.read() as db:
            found = acting_person(db, context.book, platform.organisation_id, person_id, device.id)
        return found is not None

    assert platform.get(f"/api/v1/calendars/{secret}").status == 200
    assert may_act()
    body = {"reason": "Not paid since June"}
    platform.post(f"{PATH}/{platform.organisation_id}/suspend", body, platform.token)
    assert platform.get(f"/api/v1/calendars/{secret}").status in {401, 404, 410}
    assert not may_act()
