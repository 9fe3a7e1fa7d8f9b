"""What a try to sign in costs: exactly one bcrypt, whoever it is about, so that time tells nothing."""

import pytest

from tests.people.factor_kit import add_app, half, keep_letters, second_step


@pytest.fixture
def counted(sqlite_server, monkeypatch):
    """The words that the password process was asked with."""
    asked, ask = [], sqlite_server.context.passwords._ask

    def remember(*words):
        asked.append(words)
        return ask(*words)

    monkeypatch.setattr(sqlite_server.context.passwords, "_ask", remember)
    return asked


def test_each_try_costs_one_bcrypt_of_the_same_cost(sqlite_server, counted):
    keep_letters(sqlite_server)
    sqlite_server.add_person("ama", ("student",))
    sqlite_server.do(
        sqlite_server.command(
            "AddPerson", sqlite_server.new_id(), {"given_name": "Esi", "username": "esi", "roles": ["student"]}
        )
    )
    for name, password in (("ama", "wrong"), ("nobody", "wrong"), ("esi", "wrong"), ("", "x"), ("ama", None)):
        before = len(counted)
        more = {} if password is None else {"password": password}
        answer = sqlite_server.sign_in(name or "?", **more)
        assert answer.status == (200 if password is None else 401)
        assert len(counted) == before + 1, name
    assert {words[0] for words in counted} == {b"check"}
    assert {words[2][:7] for words in counted} == {b"$2b$04$"}


def test_a_suspended_person_costs_the_same(sqlite_server, counted):
    keep_letters(sqlite_server)
    sqlite_server.add_person("efua")
    kofi = sqlite_server.add_person("kofi", ("student",))
    admin = sqlite_server.sign_in("efua").data["access_token"]
    sqlite_server.post("/api/v1/users/state", {"ids": [kofi], "state": "suspended"}, admin)
    counted.clear()
    assert sqlite_server.sign_in("kofi", password="wrong").code == "password_wrong"
    assert sqlite_server.sign_in("kofi").code == "suspended"
    assert [words[0] for words in counted] == [b"check", b"check"]


def test_the_second_step_costs_none_but_for_a_recovery_code(sqlite_server, counted):
    keep_letters(sqlite_server)
    sqlite_server.add_person("ama", ("student",))
    app = add_app(sqlite_server, sqlite_server.sign_in("ama").data["access_token"])
    device = sqlite_server.device()
    attempt = half(sqlite_server, "ama", device)["attempt"]
    counted.clear()
    assert second_step(sqlite_server, device, attempt, "app", "000000").code == "code_wrong"
    assert second_step(sqlite_server, device, attempt, "app", app.code(sqlite_server)).status == 200
    assert counted == []
    sqlite_server.clock.advance(30)
    attempt = half(sqlite_server, "ama", device)["attempt"]
    counted.clear()
    assert second_step(sqlite_server, device, attempt, "recovery", "0000000000").code == "code_wrong"
    assert [words[0] for words in counted] == [b"again"]


def test_told_apart_by_time_is_counted_right():
    from benchmarks.sign_in import auc

    assert auc([1.0, 2.0], [1.0, 2.0]) == 0.5
    assert auc([3.0, 4.0], [1.0, 2.0]) == 1.0
    assert auc([1.0, 2.0], [3.0, 4.0]) == 1.0
    assert auc([1.0, 3.0], [2.0, 2.0]) == 0.5
