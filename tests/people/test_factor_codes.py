"""Codes by mail and SMS, and recovery codes: to the proved address, for one sign-in, few tries, each once."""

import threading

import pytest

from server.people.sent_codes import address_proved
from tests.people.factor_kit import add_address, go_in, half, keep_letters, second_step, send, with_app


@pytest.fixture
def server(new_institute):
    return new_institute


@pytest.fixture
def letters(server):
    return keep_letters(server)


def _last(letters, template):
    return next(letter for letter in reversed(letters) if letter.template == template)


@pytest.fixture
def app(server, letters):
    return with_app(server, "ama", email="ama@example.org", phone="024 412 3456")


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
    purpose = _purpose(server)
    server.clock.advance(600)
    # Asked beneath the sign-in: its attempt is over by now as well, and refuses before any code is looked at.
    assert _proved(server, purpose, code) is None
    server.clock.advance(-1)
    assert _proved(server, purpose, code) == "ama@example.org"


def test_another_code_replaces_the_first(server, both, letters):
    device = server.device()
    attempt, first, _ = _sent(server, letters, device, "mail")
    server.clock.advance(30)
    assert send(server, device, attempt, "mail").status == 200
    second = letters[-1].secrets["code"]
    assert first == second or second_step(server, device, attempt, "mail", first).code == "code_wrong"
    assert second_step(server, device, attempt, "mail", second).status == 200


def test_a_sent_code_is_tried_five_times_at_most(server, both, letters):
    device = server.device()
    attempt, code, _ = _sent(server, letters, device, "mail")
    purpose = _purpose(server)
    tries = ["000000" if code != "000000" else "111111"] * 50
    found, start = [], threading.Barrier(10, timeout=60)

    def guess(own):
        start.wait()
        found.extend(_proved(server, purpose, one) for one in own)

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


def _purpose(server):
    """What the last code that was sent is for."""
    with server.context.database.read() as db:
        return db.one("SELECT purpose FROM factor_code WHERE organisation_id = :o ORDER BY made_at DESC LIMIT 1",
                      o=server.organisation_id)[0]  # fmt: skip


def _proved(server, purpose, code):
    now, context = server.clock.now(), server.context

    def work(db):
        return address_proved(db, context, server.organisation_id, purpose, "mail", code, now)

    return context.database.write(work)


def test_the_right_sent_code_of_ten_at_once_lets_one_in(server, both, letters):
    _, code, _ = _sent(server, letters, server.device(), "mail")
    purpose = _purpose(server)
    found, start = [], threading.Barrier(10, timeout=60)

    def try_it():
        start.wait()
        found.append(_proved(server, purpose, code))

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
    for code in (*app.recovery[:3], "0000000000"):
        assert go_in(server, "ama", "recovery", code).code == "code_wrong", "each once, and there is no other"


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
    hashed = server.context.passwords.hash_with(plain_recovery_code(app.recovery[0]), salt).result(120)
    used, start, now = [], threading.Barrier(10, timeout=60), server.clock.now()

    def try_it():
        start.wait()
        used.append(server.context.database.write(lambda db: use_code(db, *place, hashed, now)))

    threads = [threading.Thread(target=try_it) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(used), sum(used)) == (10, 1)
