"""The second step of signing in: each code counts once, for one sign-in on one device, and wrong ones lock."""

import threading

import pytest

from server.people import totp
from tests.people.factor_kit import (
    add_app,
    go_in,
    half,
    keep_letters,
    second_step,
    with_app,
)


@pytest.fixture
def server(new_institute):
    return new_institute


@pytest.fixture
def letters(server):
    return keep_letters(server)


def _forget_failures(server):
    statement = "DELETE FROM sign_in_failure WHERE organisation_id = :o"
    server.context.database.write(lambda db: db.run(statement, o=server.organisation_id))


@pytest.fixture
def app(server, letters):
    return with_app(server, "ama", email="ama@example.org", phone="024 412 3456")


def test_without_a_factor_the_password_is_enough(server, letters):
    server.add_person("kofi", ("student",))
    told = server.sign_in("kofi").data
    assert (told["factor_enrolment_needed"], told["password_min_length"]) == (False, 12)


def test_a_right_password_asks_for_the_code_and_opens_nothing_by_itself(server, app):
    device = server.device()
    told = half(server, "ama", device)
    assert [way["kind"] for way in told["ways"]] == ["app", "recovery"]
    assert "access_token" not in told
    answer = second_step(server, device, told["attempt"], "app", app.code(server))
    assert server.get("/api/v1/auth/me", answer.data["access_token"]).data["person"]["name"] == "Ama"
    assert answer.data["password_min_length"] == 8


def test_a_wrong_password_asks_for_no_code(server, app):
    assert server.sign_in("ama", password="wrong").code == "password_wrong"


def test_codes_of_the_step_before_and_after_count_and_others_dont(server, app):
    server.clock.advance(300)
    for away, opens in ((-2, False), (2, False), (-1, True), (0, True), (1, True)):
        answer = go_in(server, "ama", "app", app.code(server, away))
        assert (answer.status == 200) is opens, away


def test_a_code_counts_once(server, app):
    code = app.code(server)
    assert go_in(server, "ama", "app", code).status == 200
    again = go_in(server, "ama", "app", code)
    assert (again.status, again.code) == (422, "code_wrong")
    assert again.json["error"] == "This code isn't right, or it was used already. Wait for the next one."


def test_a_code_older_than_the_last_one_doesnt_count(server, app):
    assert go_in(server, "ama", "app", app.code(server, 1)).status == 200
    assert go_in(server, "ama", "app", app.code(server)).code == "code_wrong"


def test_the_server_clock_counts(server, app):
    code = app.code(server)
    server.clock.advance(90)
    assert go_in(server, "ama", "app", code).code == "code_wrong"


def test_a_code_may_be_typed_in_groups(server, app):
    for typed in ("{0} {1}", "{0}-{1}", " {0}{1} "):
        code = app.code(server)
        assert go_in(server, "ama", "app", typed.format(code[:3], code[3:])).status == 200
        server.clock.advance(30)


def test_what_is_no_code_is_a_wrong_code(server, app):
    device = server.device()
    attempt = half(server, "ama", device)["attempt"]
    for code in ("' OR 1=1 --", "१२३४५६", "<b>1</b>", "=1+1", "\u202e123456", "12345\x00", "😀" * 6):
        for kind in ("app", "recovery", "mail", "sms"):
            assert second_step(server, device, attempt, kind, code).code == "code_wrong", (kind, code)
            _forget_failures(server)
    for code in ("", "1" * 41):
        assert second_step(server, device, attempt, "app", code).code == "invalid"
    assert second_step(server, device, attempt, "password", "123456").code == "invalid"


def test_one_attempt_gives_one_sign_in(server, app):
    device = server.device()
    attempt = half(server, "ama", device)["attempt"]
    assert second_step(server, device, attempt, "app", app.code(server)).status == 200
    server.clock.advance(30)
    assert second_step(server, device, attempt, "app", app.code(server)).code == "sign_in_over"


def test_an_attempt_runs_out(server, app):
    device = server.device()
    attempt = half(server, "ama", device)["attempt"]
    server.clock.advance(600)
    refused = second_step(server, device, attempt, "app", app.code(server))
    assert (refused.status, refused.code) == (401, "sign_in_over")


def test_an_attempt_is_bound_to_the_device_that_began_it(server, app):
    device, stranger = server.device(), server.device()
    attempt = half(server, "ama", device)["attempt"]
    assert second_step(server, stranger, attempt, "app", app.code(server)).code == "device_unproven"
    assert second_step(server, device, attempt, "app", app.code(server)).status == 200


def test_an_attempt_is_bound_to_its_person(server, app):
    other = with_app(server, "kofi")
    device = server.device()
    attempt = half(server, "ama", device)["attempt"]
    assert second_step(server, device, attempt, "app", other.code(server)).code == "code_wrong"


def test_made_up_attempts_open_nothing(server, app):
    for attempt in ("", "x", "a.b", "../../etc", "0" * 36 + "." + "A" * 43, "\u202e"):
        refused = second_step(server, server.device(), attempt, "app", app.code(server))
        assert refused.code in {"sign_in_over", "invalid"}, attempt


def test_a_new_password_ends_what_the_old_one_began_and_skips_no_factor(server, app):
    device = server.device()
    attempt = half(server, "ama", device)["attempt"]
    person_id = server.sign_in("ama").data["person_id"]
    server.clock.advance(1)
    server.set_password(person_id)
    assert second_step(server, device, attempt, "app", app.code(server)).code == "sign_in_over"
    assert server.sign_in("ama").data["factor_needed"] is True


def test_a_suspended_person_goes_no_further(server, app):
    device = server.device()
    told = half(server, "ama", device)
    server.add_person("efua")
    admin = server.sign_in("efua").data["access_token"]
    server.post("/api/v1/users/state", {"ids": [told["person_id"]], "state": "suspended"}, admin)
    assert second_step(server, device, told["attempt"], "app", app.code(server)).code == "suspended"


# --------------------------------------------------------------------------------------------------------- wrong tries


def test_wrong_codes_count_like_wrong_passwords_and_lock(server, app, expect_log):
    expect_log("locked-out sign-in")
    device = server.device()
    attempt = half(server, "ama", device)["attempt"]
    for _ in range(5):
        assert second_step(server, device, attempt, "app", "000000").code == "code_wrong"
    locked = second_step(server, device, attempt, "app", app.code(server))
    assert (locked.status, locked.code, locked.headers["retry-after"]) == (429, "locked_out", "60")
    assert server.sign_in("ama").code == "locked_out"
    server.clock.advance(60)
    assert go_in(server, "ama", "app", app.code(server)).status == 200


def test_giving_the_password_again_doesnt_forget_wrong_codes(server, app, expect_log):
    expect_log("locked-out sign-in")
    for _ in range(5):
        assert go_in(server, "ama", "app", "000000").code == "code_wrong"
    assert server.sign_in("ama").code == "locked_out"


def test_right_passwords_alone_lock_nobody_out(server, app):
    for _ in range(12):
        half(server, "ama", server.device())
    assert go_in(server, "ama", "app", app.code(server)).status == 200


def test_the_fifth_try_may_be_the_right_password(server, app):
    for _ in range(4):
        server.sign_in("ama", password="wrong")
    assert go_in(server, "ama", "app", app.code(server)).status == 200
    for _ in range(4):
        assert server.sign_in("ama", password="wrong").code == "password_wrong"


def test_a_code_used_by_twenty_at_once_lets_one_in(server, app):
    """Through the same statements as the routes, in threads of their own."""
    from server.people.factor_proof import Proof, Proved

    code = app.code(server)
    person_id = server.sign_in("ama").data["person_id"]
    passed, start = [], threading.Barrier(20, timeout=60)

    def try_it():
        start.wait()
        proof, who = Proof(server.context), Proved(server.organisation_id, person_id, "x")
        passed.append(server.context.database.write(lambda db: proof.passes(db, who, "app", code, None)))

    threads = [threading.Thread(target=try_it) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(passed), sum(passed)) == (20, 1)


def test_what_is_stored_of_an_app_is_no_secret(server, app):
    with server.context.database.read() as db:
        stored = db.one("SELECT sealed_secret FROM factor WHERE organisation_id = :o", o=server.organisation_id)[0]
    assert totp.secret_text(app.secret) not in stored
    assert app.secret not in stored.encode()


def test_another_institutes_attempt_and_codes_open_nothing_here(server, app, letters):
    here = server.slug
    other = server.add_organisation("other", "Other School")
    server.add_person("ama", ("student",), other)
    server.slug = "other"
    assert "access_token" in server.sign_in("ama").data
    token = server.sign_in("ama").data["access_token"]
    server.clock.advance(30)
    theirs = add_app(server, token)
    server.slug = here
    assert go_in(server, "ama", "app", theirs.code(server)).code == "code_wrong"
    assert go_in(server, "ama", "recovery", theirs.recovery[0]).code == "code_wrong"
