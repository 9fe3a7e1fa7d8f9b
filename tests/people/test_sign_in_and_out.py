"""Signing in, renewing, ending: over the wire, on both databases."""

import jwt
import pytest

from tests.serving import PASSWORD


@pytest.fixture
def ama(server):
    return server.add_person("ama", ("registrar",), email="Ama@Example.org", number="S-012")


def test_a_person_signs_in_by_username_mail_address_or_number(server, ama):
    for name in ("ama", " AMA ", "ama@example.ORG", "s-012"):
        told = server.sign_in(name).data
        assert told["person"]["id"] == ama


def test_the_answer_holds_all_that_a_desktop_needs(server, ama):
    device = server.device()
    told = server.sign_in("ama", device, keep=True).data

    assert told["person"]["name"] == "Ama"
    assert told["person"]["roles"] == ["registrar"]
    assert "people.edit" in told["person"]["permissions"]
    assert told["person"]["scopes"] == ["all"]
    assert told["organisation"]["slug"] == "km-media"
    assert told["device"] == {"id": device.id, "install_epoch": 1, "escrow_secret": told["device"]["escrow_secret"]}
    assert len(told["device"]["escrow_secret"]) == 44
    assert told["must_change_password"] is False
    assert told["access_expires_at"] == "2026-11-20T08:15:00.000Z"
    assert told["refresh_expires_at"] == "2026-12-20T08:00:00.000Z"
    assert told["institute_public_key"]
    me = server.get("/api/v1/auth/me", told["access_token"]).data
    assert me["person"] == told["person"]
    assert me["device_id"] == device.id


def test_without_keep_a_sign_in_lasts_seven_days(server, ama):
    assert server.sign_in("ama").data["refresh_expires_at"] == "2026-11-27T08:00:00.000Z"


def test_the_lease_is_signed_for_fourteen_days(server, ama):
    import base64

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    told = server.sign_in("ama").data
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(told["lease_public_key"]))
    options = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(told["lease"], key, algorithms=["EdDSA"], audience="lease", options=options)
    assert claims["person_id"] == ama
    assert claims["device_id"] == told["device"]["id"]
    assert claims["exp"] - claims["iat"] == 14 * 86_400


def test_the_escrow_secret_stays_the_same_for_a_device_and_is_sealed_in_the_database(server, ama):
    device, other = server.device(), server.device()
    first, again, another = (server.sign_in("ama", one).data["device"] for one in (device, device, other))
    assert first == again
    assert another["escrow_secret"] != first["escrow_secret"]
    with server.context.database.read() as db:
        stored = [row[0] for row in db.rows("SELECT escrow_secret FROM device")]
    assert first["escrow_secret"] not in stored


@pytest.mark.parametrize(("name", "password"), [("ama", "wrong"), ("nobody", PASSWORD), ("", "x")])
def test_a_wrong_name_and_a_wrong_password_sound_alike(server, ama, name, password):
    answer = server.sign_in(name or " ", password=password)
    assert (answer.status, answer.code) == (401, "password_wrong")
    assert answer.json["error"] == "The name or the password is not right. Check both."


def test_someone_without_a_password_cannot_sign_in(server):
    person_id = server.add_person("kofi", ("student",))
    server.context.database.write(lambda db: db.run("DELETE FROM credential WHERE person_id = :p", p=person_id))
    assert server.sign_in("kofi").code == "password_wrong"


def test_an_institute_that_is_not_here_is_named_as_such(server, ama):
    server.slug = "elsewhere"
    answer = server.sign_in("ama")
    assert (answer.status, answer.code) == (404, "organisation_unknown")


def test_nobody_is_let_in_without_or_with_a_made_up_token(server):
    assert server.get("/api/v1/auth/me").code == "not_signed_in"
    answer = server.get("/api/v1/auth/me", "nonsense")
    assert (answer.status, answer.code) == (401, "token_invalid")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_signed_without_a_key_is_refused(server, ama):
    token = server.sign_in("ama").data["access_token"]
    content = jwt.decode(token, options={"verify_signature": False})
    for forged in (
        jwt.encode(content, None, algorithm="none"),
        jwt.encode(content, "k" * 32, algorithm="HS256"),
        jwt.encode({**content, "aud": "lease"}, server.context.keys.access_token, algorithm="HS256"),
    ):
        assert server.get("/api/v1/auth/me", forged).code == "token_invalid"


def test_an_access_token_ends_after_fifteen_minutes(server, ama):
    token = server.sign_in("ama").data["access_token"]
    server.clock.advance(15 * 60 - 1)
    assert server.get("/api/v1/auth/me", token).status == 200
    server.clock.advance(1)
    assert server.get("/api/v1/auth/me", token).code == "token_expired"


def test_signing_out_ends_access_and_refresh(server, ama):
    device = server.device()
    told = server.sign_in("ama", device).data
    assert server.post("/api/v1/auth/sign-out", {}, told["access_token"]).status == 200
    assert server.get("/api/v1/auth/me", told["access_token"]).code == "signed_out"
    answer = server.post("/api/v1/auth/refresh", device.refresh_ask(told["refresh_token"]))
    assert (answer.status, answer.code) == (401, "signed_out")


def test_signing_in_again_on_a_device_ends_the_sign_in_before(server, ama):
    device = server.device()
    first = server.sign_in("ama", device).data
    server.sign_in("ama", device)
    assert server.get("/api/v1/auth/me", first["access_token"]).code == "signed_out"


def test_sign_ins_on_two_devices_stand_side_by_side(server, ama):
    first = server.sign_in("ama").data
    server.sign_in("ama")
    assert server.get("/api/v1/auth/me", first["access_token"]).status == 200


def test_suspending_a_person_ends_the_sign_in_at_the_next_request(server, ama):
    device = server.device()
    told = server.sign_in("ama", device).data
    base = _revision(server, ama)
    outcome = server.do(server.command("SetPersonState", ama, {"state": "suspended"}, base))
    assert outcome.verdict == "applied"

    answer = server.get("/api/v1/auth/me", told["access_token"])
    assert (answer.status, answer.code) == (401, "suspended")
    assert server.post("/api/v1/auth/refresh", device.refresh_ask(told["refresh_token"])).code == "suspended"
    assert server.sign_in("ama").code == "suspended"


def test_a_suspended_person_with_a_wrong_password_learns_nothing(server, ama):
    server.do(server.command("SetPersonState", ama, {"state": "suspended"}, _revision(server, ama)))
    assert server.sign_in("ama", password="wrong").code == "password_wrong"


def test_a_new_role_counts_at_the_next_request(server, ama):
    token = server.sign_in("ama").data["access_token"]
    server.do(server.command("SetPersonRoles", ama, {"roles": ["student"]}, _revision(server, ama)))
    told = server.get("/api/v1/auth/me", token).data
    assert told["person"]["roles"] == ["student"]
    assert told["person"]["permissions"] == ["work.hand_in"]


def test_a_store_of_somebody_else_is_not_handed_over(server, ama):
    server.add_person("kofi", ("student",))
    device = server.device()
    server.sign_in("ama", device)
    answer = server.sign_in("kofi", device)
    assert (answer.status, answer.code) == (403, "device_of_another")


def test_a_lost_device_gets_no_further(server, ama, expect_log):
    device = server.device()
    told = server.sign_in("ama", device).data
    server.context.database.write(lambda db: db.run("UPDATE device SET state = 'lost' WHERE id = :id", id=device.id))
    assert server.get("/api/v1/auth/me", told["access_token"]).code == "device_lost"
    assert server.sign_in("ama", device).code == "device_lost"
    expect_log("A sign-in was ended: device_lost")
    assert server.post("/api/v1/auth/refresh", device.refresh_ask(told["refresh_token"])).code == "device_lost"


def test_an_install_epoch_never_runs_backwards(server, ama):
    device = server.device()
    server.sign_in("ama", device)
    server.context.database.write(lambda db: db.run("UPDATE device SET install_epoch = 4 WHERE id = :id", id=device.id))
    assert server.sign_in("ama", device).data["device"]["install_epoch"] == 4


def test_people_of_another_institute_are_strangers(server, ama):
    server.add_organisation("other", "Other School")
    server.slug = "other"
    assert server.sign_in("ama").code == "password_wrong"


def test_the_public_face_of_an_institute(server):
    told = server.get("/api/v1/organisations/public?slug=KM-media").data
    assert told == {
        "id": server.organisation_id,
        "slug": "km-media",
        "name": "KM Media Training Institute",
        "time_zone": "Africa/Accra",
    }
    assert server.get("/api/v1/organisations/public?slug=nowhere").code == "organisation_unknown"
    assert server.get("/api/v1/organisations/public").code == "invalid"


def test_the_look_up_behind_a_request_is_one_statement(server, ama):
    from server.core.tokens import Claims
    from server.people.sign_in_lookup import look_up

    told = server.sign_in("ama").data
    me = server.get("/api/v1/auth/me", told["access_token"]).data
    claims = Claims(server.organisation_id, ama, me["sign_in_id"], me["device_id"], ())
    with server.context.database.read() as db:
        found = look_up(db, claims)
        assert db.statements == 1
    assert found is not None
    assert found.actor.roles == ("registrar",)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"keep": "yes"}, "keep"),
        ({"extra": 1}, "extra"),
        ({"password": "x" * 2000}, "password"),
        ({"device": None}, "device"),
    ],
)
def test_a_request_with_a_wrong_field_names_it(server, change, field):
    device = server.device()
    body = {"organisation": "km-media", "name": "ama", "password": "x", "device": device.shown, **change}
    answer = server.post("/api/v1/auth/sign-in", body)
    assert (answer.status, answer.code) == (422, "invalid")
    assert [fault["field"] for fault in answer.json["details"]["fields"]] == [field]


def _revision(server, person_id):
    with server.context.database.read() as db:
        return db.one("SELECT revision FROM person WHERE id = :id", id=person_id)[0]
