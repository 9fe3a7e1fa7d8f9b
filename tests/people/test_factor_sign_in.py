"""The second step of signing in: each code counts once, for one sign-in on one device, and wrong ones lock."""

import threading

import pytest

from server.people import totp
from tests.people.factor_kit import (
    add_address,
    add_app,
    go_in,
    half,
    keep_letters,
    second_step,
    send,
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


def _last(letters, template):
    return next(letter for letter in reversed(letters) if letter.template == template)


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
    passed, start = [], threading.Barrier(20)

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


# ---------------------------------------------------------------------------------------------------------- sent codes


@pytest.fixture
def both(server, app, letters):
    """Ama also holds her mail address and her number."""
    device = server.device()
    token = second_step(server, device, half(server, "ama", device)["attempt"], "app", app.code(server)).data
    server.clock.advance(30)
    for kind in ("mail", "sms"):
        add_address(server, token["access_token"], letters, kind)
    server.clock.advance(3_600)
    return app


def _sent(server, letters, device, kind):
    attempt = half(server, "ama", device)["attempt"]
    told = send(server, device, attempt, kind)
    assert told.status == 200, told.body
    return attempt, letters[-1].secrets["code"], told.data


@pytest.mark.parametrize(("kind", "to", "hidden"), [("mail", "ama@example.org", "a…@example.org"),
                                                    ("sms", "+233244123456", "…456")])  # fmt: skip
def test_a_code_goes_to_the_proved_address_and_opens_once(server, both, letters, kind, to, hidden):
    device = server.device()
    attempt, code, told = _sent(server, letters, device, kind)
    letter = letters[-1]
    assert (letter.channel, letter.template, letter.to, letter.urgent) == (kind, "sign_in_code", to, True)
    assert code not in str(letter.values)
    assert told["to"] == hidden
    assert second_step(server, device, attempt, kind, code).status == 200
    server.clock.advance(30)
    other = half(server, "ama", device)["attempt"]
    assert second_step(server, device, other, kind, code).code == "code_wrong"


def test_a_code_opens_the_attempt_it_was_sent_for_and_no_other(server, both, letters):
    device = server.device()
    _, code, _ = _sent(server, letters, device, "mail")
    other = half(server, "ama", device)["attempt"]
    assert second_step(server, device, other, "mail", code).code == "code_wrong"
    attempt, code, _ = (server.clock.advance(30), _sent(server, letters, device, "mail"))[1]
    assert second_step(server, device, attempt, "sms", code).code == "code_wrong"
    assert second_step(server, device, attempt, "mail", code).status == 200


def test_a_code_runs_out_after_ten_minutes(server, both, letters):
    device = server.device()
    attempt, code, _ = _sent(server, letters, device, "mail")
    server.clock.advance(599)
    assert second_step(server, device, attempt, "mail", code).status == 200
    _, code, _ = _sent(server, letters, device, "mail")
    server.clock.advance(600)
    assert second_step(server, device, half(server, "ama", device)["attempt"], "mail", code).code == "code_wrong"


def test_another_code_replaces_the_first(server, both, letters):
    device = server.device()
    attempt, first, _ = _sent(server, letters, device, "mail")
    server.clock.advance(30)
    assert send(server, device, attempt, "mail").status == 200
    second = letters[-1].secrets["code"]
    assert first == second or second_step(server, device, attempt, "mail", first).code == "code_wrong"
    assert second_step(server, device, attempt, "mail", second).status == 200


def test_a_sent_code_is_tried_five_times_at_most(server, both, letters):
    from server.people.sent_codes import address_proved

    device = server.device()
    attempt, code, _ = _sent(server, letters, device, "mail")
    with server.context.database.read() as db:
        purpose = db.one("SELECT purpose FROM factor_code WHERE organisation_id = :o ORDER BY made_at DESC LIMIT 1",
                         o=server.organisation_id)[0]  # fmt: skip
    tries = ["000000" if code != "000000" else "111111"] * 50
    found, start = [], threading.Barrier(10)

    def guess(own):
        start.wait()
        found.extend(_proved(server, address_proved, purpose, one) for one in own)

    threads = [threading.Thread(target=guess, args=(tries[at::10],)) for at in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with server.context.database.read() as db:
        counted = db.one("SELECT max(tries) FROM factor_code WHERE organisation_id = :o AND used_at IS NULL",
                         o=server.organisation_id)[0]  # fmt: skip
    assert (found, counted) == ([None] * 50, 5)
    assert second_step(server, device, attempt, "mail", code).code == "code_wrong"


def _proved(server, address_proved, purpose, code):
    now, context = server.clock.now(), server.context
    work = lambda db: address_proved(db, context, server.organisation_id, purpose, "mail", code, now)  # noqa: E731
    return context.database.write(work)


def test_the_right_sent_code_of_ten_at_once_lets_one_in(server, both, letters):
    from server.people.sent_codes import address_proved

    _, code, _ = _sent(server, letters, server.device(), "mail")
    with server.context.database.read() as db:
        purpose = db.one("SELECT purpose FROM factor_code WHERE organisation_id = :o ORDER BY made_at DESC LIMIT 1",
                         o=server.organisation_id)[0]  # fmt: skip
    found, start = [], threading.Barrier(10)

    def try_it():
        start.wait()
        found.append(_proved(server, address_proved, purpose, code))

    threads = [threading.Thread(target=try_it) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one for one in found if one] == ["ama@example.org"]


def test_sending_is_limited(server, both, letters):
    device = server.device()
    attempt, _, _ = _sent(server, letters, device, "sms")
    soon = send(server, device, attempt, "sms")
    assert (soon.status, soon.code, soon.headers["retry-after"]) == (429, "too_many_codes", "30")
    sent = 1
    for _ in range(10):
        server.clock.advance(31)
        sent += send(server, device, half(server, "ama", device)["attempt"], "sms").status == 200
    assert sent == server.settings.codes_per_person_and_hour
    server.clock.advance(3_600)
    assert send(server, device, half(server, "ama", device)["attempt"], "sms").status == 200


def test_an_institute_sends_so_many_a_day(server, both, letters):
    object.__setattr__(server.settings, "codes_per_organisation_and_day", 2)
    device = server.device()
    assert send(server, device, half(server, "ama", device)["attempt"], "sms").code == "too_many_codes"


def test_what_the_person_doesnt_hold_isnt_sent(server, app, letters):
    device = server.device()
    attempt = half(server, "ama", device)["attempt"]
    assert send(server, device, attempt, "mail").code == "no_factor"
    assert send(server, server.device(), attempt, "mail").code == "device_unproven"
    assert not [letter for letter in letters if letter.template == "sign_in_code"]


def test_what_is_stored_of_a_code_is_keyed(server, both, letters):
    import hashlib

    _, code, _ = _sent(server, letters, server.device(), "mail")
    with server.context.database.read() as db:
        stored = [row[0] for row in db.rows("SELECT digest FROM factor_code WHERE organisation_id = :o",
                                            o=server.organisation_id)]  # fmt: skip
    assert code not in stored
    assert hashlib.sha256(code.encode()).hexdigest() not in stored


# ------------------------------------------------------------------------------------------------------ recovery codes


def test_a_recovery_code_opens_once_and_its_owner_is_told(server, app, letters):
    code = app.recovery[3]
    assert go_in(server, "ama", "recovery", code).status == 200
    told = _last(letters, "recovery_code_used")
    assert (told.values["left"], told.channel) == ("9", "mail")
    assert go_in(server, "ama", "recovery", code).code == "code_wrong"


def test_ten_recovery_codes_and_no_eleventh(server, app):
    assert len(set(app.recovery)) == 10
    assert {len(code) for code in app.recovery} == {11}
    for code in app.recovery:
        assert go_in(server, "ama", "recovery", code.lower()).status == 200
    assert [way["kind"] for way in half(server, "ama", server.device())["ways"]] == ["app"]
    assert go_in(server, "ama", "recovery", "0000000000").code == "code_wrong"


def test_a_try_with_a_recovery_code_costs_one_bcrypt(server, app, monkeypatch):
    asked = []
    ask = server.context.passwords._ask

    def counted(*words):
        asked.append(words[0])
        return ask(*words)

    monkeypatch.setattr(server.context.passwords, "_ask", counted)
    device = server.device()
    attempt = half(server, "ama", device)["attempt"]
    second_step(server, device, attempt, "recovery", "0000000000")
    second_step(server, device, attempt, "recovery", app.recovery[9])
    assert asked == [b"check", b"again", b"again"]


def test_recovery_codes_are_stored_as_slow_hashes(server, app):
    with server.context.database.read() as db:
        rows = db.rows("SELECT hash FROM recovery_code WHERE organisation_id = :o", o=server.organisation_id)
    assert len({row[0] for row in rows}) == 10
    assert {row[0][:7] for row in rows} == {"$2b$04$"}
    assert len({row[0][:29] for row in rows}) == 1, "one salt, so that a try costs one hash"


def test_a_recovery_code_of_ten_at_once_lets_one_in(server, app):
    from server.people.recovery_codes import salt_of, use_code
    from shared.people.factors import plain_recovery_code

    person_id = server.sign_in("ama").data["person_id"]
    place = (server.organisation_id, person_id)
    with server.context.database.read() as db:
        salt = salt_of(db, *place)
    hashed = server.context.passwords.hash_with(plain_recovery_code(app.recovery[0]), salt).result(30)
    used, start, now = [], threading.Barrier(10), server.clock.now()

    def try_it():
        start.wait()
        used.append(server.context.database.write(lambda db: use_code(db, *place, hashed, now)))

    threads = [threading.Thread(target=try_it) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(used), sum(used)) == (10, 1)


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
