"""Setting an institute up with the code that the server showed once: all of it or nothing, and never twice."""

import threading
from typing import Any

import pytest

from server.people import set_up_codes
from tests.people.test_institute_rules import logo

PASSWORD = "three boats on the Volta"


@pytest.fixture
def waiting(server: Any) -> Any:
    """A server on each database whose institute waits; `code` is what was shown, `set_up(**changes)` sets it up."""
    return _let_wait(server)


@pytest.fixture
def quick(sqlite_server: Any) -> Any:
    """The same on SQLite alone."""
    return _let_wait(sqlite_server)


def _let_wait(server: Any) -> Any:
    now = server.clock.now()
    context = server.context
    server.code = context.database.write(
        lambda db: set_up_codes.make_code(db, context.keys, server.organisation_id, now)
    )

    def ask(code: str | None = None, **changes: Any) -> Any:
        return server.post("/api/v1/set-up", whole(server.slug, code or server.code, **changes))

    server.set_up = ask
    return server


def whole(slug: str, code: str, **changes: Any) -> dict[str, Any]:
    """Everything that an institute begins with."""
    person = {"given_name": "Akua", "family_name": "Boahen", "username": "akua", "email": "akua@example.org"}
    return {
        "organisation": slug,
        "code": code,
        "administrator": {**person, "password": PASSWORD},
        "institute": {"name": "KM Media", "accent": "#146c3f", "currency": "NGN", "logo": logo(), "country": "NG"},
        "terms": [{"name": "Term 1", "starts_on": "2026-09-01", "ends_on": "2026-12-18"}],
        "branches": [{"name": "Kumasi"}, {"name": "Accra", "phone": "030 255 0100"}],
        "rooms": [{"name": "Studio A", "branch": "Kumasi", "capacity": 24}, {"name": "Lab 1"}],
        "numbering": {"prefix": "KM-", "year": "short", "digits": 3, "start": 1},
        "factor_roles": ["administrator", "registrar"],
        **changes,
    }


def _count(server: Any, table: str) -> int:
    with server.context.database.read() as db:
        row = db.one(
            f"SELECT count(*) FROM {table} WHERE organisation_id = :o",
            o=server.organisation_id,
        )
    return int(row[0])


def _audited(server: Any) -> list[str]:
    with server.context.database.read() as db:
        rows = db.rows("SELECT note FROM audit_link WHERE organisation_id = :o", o=server.organisation_id)
    return [row[0] for row in rows]


def test_an_institute_is_set_up_in_one_go(waiting: Any) -> None:
    look = waiting.get(f"/api/v1/set-up?organisation={waiting.slug}")
    assert look.data == {"organisation": waiting.slug, "name": "KM Media Training Institute", "waiting": True}
    tried = waiting.post("/api/v1/set-up/code", {"organisation": waiting.slug, "code": waiting.code.upper()})
    assert tried.data["waiting"]
    done = waiting.set_up()
    assert (done.status, done.data["username"]) == (201, "akua")
    assert not waiting.get(f"/api/v1/set-up?organisation={waiting.slug}").data["waiting"]
    assert [_count(waiting, table) for table in ("person", "branch", "room", "academic_term", "numbering_rule")] == [
        1, 2, 2, 1, 1,
    ]  # fmt: skip
    with waiting.context.database.read() as db:
        rows = db.rows(
            'SELECT "key" FROM role WHERE organisation_id = :o AND needs_factor ORDER BY 1', o=waiting.organisation_id
        )
        name = db.one("SELECT name FROM organisation WHERE id = :o", o=waiting.organisation_id)
    assert [row[0] for row in rows] == ["administrator", "registrar"]
    assert name[0] == "KM Media"
    assert "institute set up" in _audited(waiting)


def test_the_administrator_signs_in_with_the_password_of_his_own(waiting: Any) -> None:
    waiting.set_up(factor_roles=[])
    signed_in = waiting.sign_in("akua", password=PASSWORD)
    assert signed_in.data["must_change_password"] is False
    token = signed_in.data["access_token"]
    settings = waiting.get("/api/v1/organisation", token).data
    assert (settings["accent"], settings["currency"], settings["logo"]) == ("#146c3f", "NGN", logo())


def test_a_second_use_is_refused(waiting: Any) -> None:
    assert waiting.set_up().status == 201
    for again in (waiting.set_up(), waiting.set_up(administrator=_eve())):
        assert (again.status, again.code) == (422, "set_up_over")
    tried = waiting.post("/api/v1/set-up/code", {"organisation": waiting.slug, "code": waiting.code})
    assert tried.code == "set_up_over"
    assert _count(waiting, "person") == 1


def _eve() -> dict[str, Any]:
    return {"given_name": "Eve", "username": "eve", "password": PASSWORD}


def test_two_at_the_same_moment_are_one(waiting: Any) -> None:
    from server.people.set_up_messages import FinishAsk
    from server.people.set_up_service import SetUpService
    from shared.core.errors import CampusError

    service, told = SetUpService(waiting.context), []
    asks = [FinishAsk.model_validate(whole(waiting.slug, waiting.code)) for _ in range(4)]
    institute = service.check(asks[0], "127.0.0.1")

    def go(ask: FinishAsk) -> None:
        try:
            told.append(service.finish(ask, institute, "hash")["username"])
        except CampusError as problem:
            told.append(problem.code)

    threads = [threading.Thread(target=go, args=(ask,)) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["akua", "set_up_over", "set_up_over", "set_up_over"]
    assert _count(waiting, "person") == 1


def test_an_old_code_is_refused_and_a_new_one_replaces_it(waiting: Any) -> None:
    old = waiting.code
    waiting.clock.advance(7 * 86_400 + 1)
    assert waiting.set_up().code == "set_up_code_over"
    context, now = waiting.context, waiting.clock.now()
    new = context.database.write(lambda db: set_up_codes.make_code(db, context.keys, waiting.organisation_id, now))
    assert waiting.set_up(old).code == "set_up_code_wrong"
    assert waiting.set_up(new).status == 201


def test_wrong_codes_are_counted_and_end_the_code(quick: Any) -> None:
    for _ in range(set_up_codes.MOST_WRONG):
        tried = quick.post("/api/v1/set-up/code", {"organisation": quick.slug, "code": "aaaa-bbbb-cccc-dddd"})
        assert (tried.status, tried.code) == (422, "set_up_code_wrong")
    assert quick.set_up().code == "set_up_code_locked"
    assert _count(quick, "person") == 0


def test_the_code_isnt_kept(quick: Any) -> None:
    with quick.context.database.read() as db:
        row = db.one("SELECT * FROM set_up_code WHERE organisation_id = :o", o=quick.organisation_id)
    assert quick.code not in str(list(row))
    assert quick.code.replace("-", "") not in str(list(row))


def test_a_code_is_of_one_institute_alone(quick: Any) -> None:
    other = quick.add_organisation("other")
    context, now = quick.context, quick.clock.now()
    code = context.database.write(lambda db: set_up_codes.make_code(db, context.keys, other, now))
    assert quick.set_up(code).code == "set_up_code_wrong"
    tried = quick.post("/api/v1/set-up", whole("nowhere", code))
    assert (tried.status, tried.code) == (404, "organisation_unknown")


def test_one_with_an_administrator_isnt_set_up_again(quick: Any) -> None:
    quick.add_person("efua")
    assert quick.set_up().code == "set_up_over"


@pytest.mark.parametrize(
    ("changes", "code", "part"),
    [
        ({"institute": {"name": ""}}, "field_invalid", "institute"),
        ({"institute": {"accent": "#ffff00"}}, "field_invalid", "institute"),
        ({"institute": {"logo": "bm8="}}, "field_invalid", "institute"),
        ({"branches": [{"name": "Kumasi"}, {"name": "a\nb"}]}, "field_invalid", "branches.1"),
        ({"terms": [{"name": "T", "starts_on": "2026-12-01", "ends_on": "2026-09-01"}]}, "days_invalid", "terms.0"),
        ({"terms": [{"name": "T", "starts_on": "2026-13-01", "ends_on": "2026-13-02"}]}, "days_invalid", "terms.0"),
        ({"rooms": [{"name": "Lab"}, {"name": "  "}]}, "field_invalid", "rooms.1"),
        ({"numbering": {"prefix": "K M", "year": "long", "digits": 4, "start": 1}}, "field_invalid", "numbering"),
        ({"factor_roles": ["nobody"]}, None, "factor_roles"),
        ({"administrator": {**_eve(), "username": "Eve Adam"}}, "field_invalid", "administrator"),
        ({"administrator": {**_eve(), "email": "eve"}}, "field_invalid", "administrator"),
        ({"administrator": {**_eve(), "given_name": " "}}, "field_invalid", "administrator"),
    ],
)
def test_a_part_that_is_refused_is_named_and_nothing_is_kept(
    quick: Any, changes: dict[str, Any], code: str | None, part: str
) -> None:
    refused = quick.set_up(**changes)
    assert refused.status in {403, 409, 422}
    assert code in {None, refused.code}
    assert refused.json["details"]["part"] == part
    assert [_count(quick, table) for table in ("person", "branch", "room", "academic_term")] == [0, 0, 0, 0]
    assert quick.set_up().status == 201, "the code is still good"


@pytest.mark.parametrize("password", ["tiny one", "password1234", "km-media-km-media"])
def test_a_weak_password_is_refused(quick: Any, password: str) -> None:
    refused = quick.set_up(administrator={**_eve(), "password": password})
    assert refused.code == "password_refused"
    assert password not in refused.body.decode()
