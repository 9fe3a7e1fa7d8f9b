"""One's own second factors: adding, removing, new codes, a fresh sign-in before each, and what roles ask for."""

import pytest

from tests.people.factor_kit import (
    CONFIRM,
    FACTORS,
    App,
    add_address,
    add_app,
    go_in,
    half,
    keep_letters,
    second_step,
    with_app,
)
from tests.serving import PASSWORD

REMOVE, CODES = f"{FACTORS}/remove", "/api/v1/auth/recovery-codes"


@pytest.fixture
def server(new_institute):
    return new_institute


@pytest.fixture
def letters(server):
    return keep_letters(server)


@pytest.fixture
def token(server, letters):
    """Ama is signed in, with a mail address and a number and no second factor."""
    server.ama = server.add_person("ama", ("instructor",), email="ama@example.org", phone="024 412 3456")
    return server.sign_in("ama").data["access_token"]


def _templates(letters):
    return [letter.template for letter in letters if letter.template != "new_sign_in"]


def _changes(letters):
    return [letter.values["change"] for letter in letters if letter.template == "factor_changed"]


def _notes(server):
    with server.context.database.read() as db:
        rows = db.rows("SELECT note FROM audit_link WHERE organisation_id = :o AND note IS NOT NULL ORDER BY audit_seq",
                       o=server.organisation_id)  # fmt: skip
    return " ".join(row[0] for row in rows)


def test_an_app_is_added_once_it_shows_the_right_code(server, token, letters):
    begun = server.post(f"{FACTORS}/app", {}, token).data
    assert begun["address"].startswith("otpauth://totp/KM%20Media%20Training%20Institute:ama?secret=")
    wrong = server.post(f"{FACTORS}/app/confirm", {"enrolment": begun["enrolment"], "code": "000000"}, token)
    assert wrong.code == "code_wrong"
    assert server.get(FACTORS, token).data["factors"] == []
    assert "factor_needed" not in server.sign_in("ama").data
    app = add_app(server, token)
    assert len(app.recovery) == 10
    told = server.get(FACTORS, token).data
    assert [one["kind"] for one in told["factors"]] == ["app"]
    assert (told["recovery_left"], told["required"]) == (10, False)
    assert _templates(letters) == ["factor_changed"]
    assert app.recovery[0] not in str(letters)
    assert '"what":"added"' in _notes(server)


def test_the_code_that_added_an_app_is_used_up(server, token):
    begun = server.post(f"{FACTORS}/app", {}, token).data
    from server.people import totp

    app = App(totp.secret_of(begun["secret"]))
    code = app.code(server)
    server.post(f"{FACTORS}/app/confirm", {"enrolment": begun["enrolment"], "code": code}, token)
    assert go_in(server, "ama", "app", code).code == "code_wrong"


def test_an_enrolment_is_its_persons_and_runs_out(server, token):
    begun = server.post(f"{FACTORS}/app", {}, token).data
    server.add_person("kofi", ("student",))
    other = server.sign_in("kofi").data["access_token"]
    for given in (begun["enrolment"], "c2VhbGVk", "no base64", "=" * 8):
        refused = server.post(f"{FACTORS}/app/confirm", {"enrolment": given, "code": "123456"}, other)
        assert refused.code == "enrolment_over", given
    server.clock.advance(30 * 60)
    token = server.sign_in("ama").data["access_token"]
    refused = server.post(f"{FACTORS}/app/confirm", {"enrolment": begun["enrolment"], "code": "123456"}, token)
    assert refused.json["error"] == "This code to scan has run out. Begin again."


def test_a_new_app_takes_the_place_of_the_old_one(server, token):
    old, new = add_app(server, token), add_app(server, token)
    assert new.recovery == [], "the codes that are there stay good"
    assert go_in(server, "ama", "app", old.code(server)).code == "code_wrong"
    assert go_in(server, "ama", "app", new.code(server)).status == 200


@pytest.mark.parametrize(("kind", "to", "hidden"), [("mail", "ama@example.org", "a…@example.org"),
                                                    ("sms", "+233244123456", "…456")])  # fmt: skip
def test_an_address_is_added_once_the_code_that_went_there_comes_back(server, token, letters, kind, to, hidden):
    told = server.post(f"{FACTORS}/send", {"kind": kind}, token).data
    assert (told["to"], letters[-1].to) == (hidden, to)
    code = letters[-1].secrets["code"]
    wrong = "000000" if code != "000000" else "111111"
    assert server.post(f"{FACTORS}/send/confirm", {"kind": kind, "code": wrong}, token).code == "code_wrong"
    added = server.post(f"{FACTORS}/send/confirm", {"kind": kind, "code": code}, token).data
    assert len(added["recovery_codes"]) == 10
    held = server.get(FACTORS, token).data
    assert [(one["kind"], one["to"]) for one in held["factors"]] == [(kind, hidden)]
    assert kind not in [way["kind"] for way in held["can_send"]]
    assert [way["kind"] for way in half(server, "ama", server.device())["ways"]] == [kind, "recovery"]


def test_codes_go_nowhere_without_an_address(server, letters):
    server.add_person("kofi", ("student",))
    token = server.sign_in("kofi").data["access_token"]
    assert server.get(FACTORS, token).data["can_send"] == []
    for kind in ("mail", "sms"):
        assert server.post(f"{FACTORS}/send", {"kind": kind}, token).code == "no_address"


def test_codes_go_on_to_the_address_that_was_proved(server, token, letters):
    """Whoever changes the address that the office keeps doesn't get the codes."""
    add_address(server, token, letters, "mail")
    changed = {"changes": {"email": {"old": "ama@example.org", "new": "eve@example.org"}}}
    with server.context.database.read() as db:
        row = db.one("SELECT revision FROM person WHERE organisation_id = :o AND id = :p",
                     o=server.organisation_id, p=server.ama)  # fmt: skip
    outcome = server.do(server.command("EditPerson", server.ama, changed, row[0]))
    assert outcome.verdict == "applied", outcome
    server.post(f"{CONFIRM}/send", {"kind": "mail"}, token)
    assert letters[-1].to == "ama@example.org"


# ------------------------------------------------------------------------------------------------------ fresh sign-ins


@pytest.mark.parametrize(("path", "body"), [(f"{FACTORS}/app", {}), (f"{FACTORS}/send", {"kind": "mail"}),
                                            (REMOVE, {"kind": "app"}), (CODES, None)])  # fmt: skip
def test_changes_ask_for_a_fresh_sign_in(server, token, path, body):
    add_app(server, token)
    server.clock.advance(600)
    refused = server.post(path, body, token)
    assert (refused.status, refused.code) == (403, "fresh_sign_in_needed")
    assert server.post(CONFIRM, {"password": PASSWORD}, token).status == 200
    assert server.post(path, body, token).status == 200


def test_confirming_holds_ten_minutes_for_this_sign_in_alone(server, token):
    elsewhere = server.sign_in("ama").data["access_token"]
    server.clock.advance(240)
    assert server.post(CONFIRM, {"password": PASSWORD}, token).data["confirmed_until"] > "2026"
    server.clock.advance(360)
    assert server.post(f"{FACTORS}/app", {}, elsewhere).code == "fresh_sign_in_needed"
    server.clock.advance(239)
    assert server.post(f"{FACTORS}/app", {}, token).status == 200
    server.clock.advance(1)
    assert server.post(f"{FACTORS}/app", {}, token).code == "fresh_sign_in_needed"


def test_each_way_confirms(server, token, letters):
    app = add_app(server, token)
    add_address(server, token, letters, "mail")
    ways = [way["kind"] for way in server.get(CONFIRM, token).data["ways"]]
    assert ways == ["app", "mail", "recovery", "password"]
    server.clock.advance(3_600)
    token = server.sign_in("ama", (device := server.device())).data
    token = second_step(server, device, token["attempt"], "app", app.code(server)).data["access_token"]
    server.post(f"{CONFIRM}/send", {"kind": "mail"}, token)
    proofs = ({"kind": "app", "code": app.code(server, 1)}, {"kind": "mail", "code": letters[-1].secrets["code"]},
              {"kind": "recovery", "code": app.recovery[0]})  # fmt: skip
    for proof in proofs:
        assert server.post(CONFIRM, proof, token).status == 200, proof
        assert server.post(CONFIRM, proof, token).code == "code_wrong", proof
    assert "recovery_code_used" in _templates(letters)


def test_what_was_sent_to_confirm_doesnt_sign_in(server, token, letters):
    add_address(server, token, letters, "mail")
    server.post(f"{CONFIRM}/send", {"kind": "mail"}, token)
    assert go_in(server, "ama", "mail", letters[-1].secrets["code"]).code == "code_wrong"


def test_wrong_proofs_are_counted_with_wrong_passwords(server, token, expect_log):
    for _ in range(5):
        wrong = server.post(CONFIRM, {"password": "wrong"}, token)
        assert (wrong.status, wrong.code) == (422, "current_password_wrong")
    assert server.post(CONFIRM, {"password": PASSWORD}, token).code == "locked_out"
    expect_log("locked-out sign-in")
    assert server.sign_in("ama").code == "locked_out"


def test_a_proof_is_one_thing(server, token):
    two = {"password": "x", "kind": "app", "code": "1"}
    for body in (
        {},
        {"kind": "app"},
        {"code": "1"},
        two,
        {"password": ""},
        {"kind": "password", "code": "x"},
        {"x": 1},
    ):
        assert server.post(CONFIRM, body, token).code == "invalid", body


# ------------------------------------------------------------------------------------------------ removing, new codes


def test_removing_the_last_factor_takes_the_codes_along_and_tells(server, token, letters):
    add_app(server, token)
    add_address(server, token, letters, "mail")
    assert server.post(REMOVE, {"kind": "app"}, token).status == 200
    assert server.get(FACTORS, token).data["recovery_left"] == 10
    assert server.post(REMOVE, {"kind": "app"}, token).code == "no_factor"
    assert server.post(REMOVE, {"kind": "mail"}, token).status == 200
    assert server.get(FACTORS, token).data["recovery_left"] == 0
    assert "access_token" in server.sign_in("ama").data
    assert _changes(letters)[-2:] == ["The authenticator app was removed.", "Codes by mail were removed."]


def test_a_change_can_end_the_other_sign_ins(server, token):
    elsewhere = server.sign_in("ama").data["access_token"]
    add_app(server, token)
    assert server.get("/api/v1/auth/me", elsewhere).status == 200
    assert server.post(REMOVE, {"kind": "app", "end_others": True}, token).status == 200
    assert server.get("/api/v1/auth/me", elsewhere).status == 401
    assert server.get("/api/v1/auth/me", token).status == 200


def test_new_codes_kill_the_old_ones(server, token, letters):
    app = add_app(server, token)
    new = server.post(CODES, None, token).data["recovery_codes"]
    assert not set(new) & set(app.recovery)
    assert go_in(server, "ama", "recovery", app.recovery[0]).code == "code_wrong"
    assert go_in(server, "ama", "recovery", new[0]).status == 200
    assert "New recovery codes were made" in _changes(letters)[-1]


def test_codes_without_a_factor_are_refused(server, token):
    assert server.post(CODES, None, token).code == "no_factor"


# ----------------------------------------------------------------------------------------------------- roles and office


def _need_factor(server, role):
    wanted = {"key": role, "changes": {"needs_factor": {"old": False, "new": True}}}
    with server.context.database.read() as db:
        row = db.one('SELECT id, revision FROM role WHERE organisation_id = :o AND "key" = :k',
                     o=server.organisation_id, k=role)  # fmt: skip
    outcome = server.do(server.command("SaveRole", row[0], wanted, row[1]))
    assert outcome.verdict == "applied", outcome


def test_where_a_role_needs_a_factor_the_next_sign_in_may_only_add_one(server, token):
    _need_factor(server, "instructor")
    assert server.get("/api/v1/auth/me", token).status == 200, "a sign-in that is there goes on"
    device = server.device()
    told = server.sign_in("ama", device).data
    assert told["factor_enrolment_needed"] is True
    limited = told["access_token"]
    for method, path in (("GET", "/api/v1/people"), ("GET", "/api/v1/users"), ("POST", "/api/v1/sync")):
        refused = server.ask(method, path, {} if method == "POST" else None, limited)
        assert refused.status in {403, 404}, (path, refused.body)
    refused = server.post("/api/v1/auth/unlock", {"person_id": server.ama}, limited)
    assert (refused.status, refused.code) == (403, "factor_enrolment_needed")
    fresh = server.post("/api/v1/auth/refresh", device.refresh_ask(told["refresh_token"])).data
    assert fresh["factor_enrolment_needed"] is True, "renewing it opens nothing more"
    add_app(server, fresh["access_token"])
    assert server.get("/api/v1/auth/me", fresh["access_token"]).data["factor_enrolment_needed"] is False
    assert server.post("/api/v1/auth/unlock", {"person_id": server.ama}, limited).code == "not_allowed"


def test_the_last_factor_stays_where_a_role_needs_one(server, token, letters):
    _need_factor(server, "instructor")
    add_app(server, token)
    assert server.post(REMOVE, {"kind": "app"}, token).code == "factor_required"
    add_address(server, token, letters, "mail")
    assert server.post(REMOVE, {"kind": "app"}, token).status == 200


def test_students_choose_by_themselves(server, letters):
    _need_factor(server, "instructor")
    server.add_person("kofi", ("student",))
    assert server.sign_in("kofi").data["factor_enrolment_needed"] is False


def test_the_office_takes_a_lost_factor_away_and_learns_nothing(server, token, letters):
    app = add_app(server, token)
    server.add_person("boss")
    boss = server.sign_in("boss").data["access_token"]
    letters.clear()
    answer = server.post(f"{FACTORS}/reset", {"person_id": server.ama}, boss)
    assert answer.data == {"reset": True}
    assert server.get("/api/v1/auth/me", token).status == 401
    assert "access_token" in server.sign_in("ama").data
    assert [letter.person_id for letter in letters if letter.template == "factor_changed"] == [server.ama]
    assert '"what":"reset"' in _notes(server)
    assert app.recovery[0] not in answer.body.decode()
    assert server.post(f"{FACTORS}/reset", {"person_id": server.ama}, boss).data == {"reset": False}


def test_who_may_not_reset(server, token):
    add_app(server, token)
    boss_id = server.add_person("boss")
    boss = server.sign_in("boss").data["access_token"]
    server.add_person("reg", ("registrar",))
    registrar = server.sign_in("reg").data["access_token"]
    assert server.post(f"{FACTORS}/reset", {"person_id": server.ama}, registrar).code == "not_allowed"
    assert server.post(f"{FACTORS}/reset", {"person_id": boss_id}, boss).code == "not_allowed"
    root = server.add_person("root", ("platform_administrator",))
    assert server.post(f"{FACTORS}/reset", {"person_id": root}, boss).code == "not_allowed"
    assert server.post(f"{FACTORS}/reset", {"person_id": server.new_id()}, boss).code == "person_unknown"
    server.clock.advance(600)
    assert server.post(f"{FACTORS}/reset", {"person_id": server.ama}, boss).code == "fresh_sign_in_needed"


def test_the_letters_dont_go_to_a_person_without_address_by_mail(server, letters):
    with_app(server, "kofi", ("student",))
    assert [letter.channel for letter in letters if letter.template == "factor_changed"] == ["notice"]


def test_nothing_secret_is_logged(server, token, caplog):
    app = add_app(server, token)
    go_in(server, "ama", "recovery", app.recovery[0])
    go_in(server, "ama", "app", code := app.code(server))
    from server.people.totp import secret_text

    assert secret_text(app.secret) not in caplog.text
    assert app.recovery[0].replace("-", "") not in caplog.text.replace("-", "")
    assert code not in caplog.text


# ------------------------------------------------------------------------------------------------------------ passwords


def test_a_password_may_be_shorter_beside_a_factor(server, token):
    change = "/api/v1/auth/change-password"
    short = {"current": PASSWORD, "new": "nine goat"}
    assert server.post(change, short, token).json["details"]["reason"] == "too_short"
    add_app(server, token)
    assert server.post(change, short, token).status == 200
    assert server.post(change, {"current": "nine goat", "new": "six ox"}, token).code == "password_refused"


def test_without_the_factor_a_short_password_is_to_be_replaced(server, token):
    add_app(server, token)
    server.post("/api/v1/auth/change-password", {"current": PASSWORD, "new": "nine goat"}, token)
    server.post(REMOVE, {"kind": "app"}, token)
    assert server.sign_in("ama", password="nine goat").data["must_change_password"] is True
