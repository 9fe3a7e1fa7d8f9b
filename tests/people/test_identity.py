"""Signing in by OpenID Connect, against a provider that can do everything wrong."""

import pytest

from server.people.factors import put_address
from server.people.identity_client import Secrets
from tests.people.identity_asks import (
    OWN,
    PORT,
    PROVIDERS,
    ama,
    begin,
    come_in,
    enter,
    finish,
    prove,
)
from tests.providers.openid import CLIENT_ID, SECRET


@pytest.fixture
def server(identity_server):
    return identity_server


@pytest.fixture
def boss(identity_boss):
    return identity_boss


def test_a_verified_address_is_linked_and_lets_its_person_in(server, provider, set_up):
    person_id, google = ama(server), set_up()
    assert come_in(server, provider, google).data["person"]["id"] == person_id
    provider.person |= {"email": "another@elsewhere.example"}
    assert come_in(server, provider, google).data["person"]["id"] == person_id, "it is the subject that counts"
    token = server.sign_in("ama").data["access_token"]
    assert [(one["name"], one["email"]) for one in server.get(OWN, token).data] == [("Google", "ama@km.example")]


def test_what_goes_out_has_pkce_state_nonce_and_no_secret(server, provider, set_up):
    from urllib.parse import parse_qs, urlsplit

    address = begin(server, set_up()).data["address"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["redirect_uri"] == f"http://127.0.0.1:{PORT}/signed-in"
    assert asked["code_challenge_method"] == "S256"
    assert asked["response_type"] == "code"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert SECRET not in address


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("another_client", "audience"),
        ("old", "expired"),
        ("wrong_nonce", "nonce"),
        ("wrong_key", "signature"),
        ("unknown_key", "signature"),
        ("alg_none", "algorithm"),
        ("shared_key", "algorithm"),
        ("html", "malformed"),
    ],
)
def test_each_faulty_answer_is_refused(server, provider, set_up, fault, reason):
    ama(server)
    google = set_up()
    provider.faults.add(fault)
    answer = come_in(server, provider, google)
    assert (answer.status, answer.code, answer.json["details"]["reason"]) == (422, "identity_refused", reason)
    provider.faults.clear()
    server.clock.advance(61)
    assert come_in(server, provider, google).status == 200


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://another.example"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": [CLIENT_ID, "another"]}, "azp"),
        ({"azp": "another"}, "azp"),
        ({"aud": None}, "audience"),
        ({"aud": {"x": 1}}, "audience"),
        ({"exp": None}, "malformed"),
        ({"exp": "tomorrow"}, "malformed"),
        ({"exp": True}, "malformed"),
        ({"iat": None}, "malformed"),
        ({"iat": 1}, "too_old"),
        ({"iat": 99_999_999_999}, "from_future"),
        ({"nbf": 99_999_999_999}, "from_future"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ["x"]}, "nonce"),
        ({"sub": ""}, "subject"),
        ({"sub": None}, "subject"),
        ({"sub": "x" * 256}, "subject"),
        ({"sub": "a\x00b"}, "subject"),
        ({"sub": 7}, "subject"),
    ],
)
def test_each_claim_is_held_against_what_was_asked(sqlite_identity, claims, reason):
    server, provider, google = sqlite_identity
    provider.changes = claims
    answer = come_in(server, provider, google)
    assert answer.status == 422, answer.body
    assert (
        answer.json["details"].get("reason") in {reason, "malformed"}
        if reason == "subject"
        else (answer.json["details"]["reason"] == reason)
    )


def test_an_answer_counts_once(server, provider, set_up):
    ama(server)
    google = set_up()
    assert come_in(server, provider, google).status == 200
    provider.faults.add("replayed")
    assert come_in(server, provider, google).json["details"]["reason"] == "nonce"
    provider.faults.clear()
    out = begin(server, google).data
    back = provider.browse(out["address"])
    assert finish(server, out, back).status == 200
    assert finish(server, out, back).code == "identity_flow_over"


def test_the_same_token_in_two_flows_counts_once(server, provider, set_up, monkeypatch):
    """Even were a nonce to be repeated, a token that was taken isn't taken again."""
    ama(server)
    google, made = set_up(), Secrets.made()
    monkeypatch.setattr(Secrets, "made", classmethod(lambda _cls: made))
    assert come_in(server, provider, google).status == 200
    provider.faults.add("replayed")
    assert come_in(server, provider, google).json["details"]["reason"] == "replayed"


def test_an_answer_belongs_to_the_desktop_that_set_out(server, provider, set_up):
    ama(server)
    google = set_up()
    mine, theirs = begin(server, google).data, begin(server, google).data
    crossed = provider.browse(theirs["address"])
    assert finish(server, mine, crossed).json["details"]["reason"] == "state"
    assert finish(server, {**theirs, "flow_secret": "guessed"}, crossed).code == "identity_flow_over"
    late = begin(server, google).data
    server.clock.advance(600)
    assert finish(server, late, provider.browse(late["address"])).code == "identity_flow_over"
    wrong = begin(server, google).data
    assert finish(server, wrong, {**provider.browse(wrong["address"]), "code": "made-up"}).code == "identity_refused"


def test_an_answer_that_names_another_issuer_is_refused(server, provider, set_up):
    ama(server)
    google = set_up()
    assert come_in(server, provider, google, iss="https://another.example").json["details"]["reason"] == "issuer"
    server.clock.advance(601)
    provider.document["authorization_response_iss_parameter_supported"] = True
    assert come_in(server, provider, google).json["details"]["reason"] == "issuer"
    provider.faults.add("iss")
    assert come_in(server, provider, google).status == 200


def test_new_keys_are_fetched_once_a_minute_at_most(server, provider, set_up):
    ama(server)
    google = set_up()
    assert come_in(server, provider, google).status == 200
    provider.faults.add("rotated")
    assert come_in(server, provider, google).json["details"]["reason"] == "signature"
    fetched = [path for path, _ in provider.asked].count("/keys")
    server.clock.advance(61)
    assert come_in(server, provider, google).status == 200
    assert [path for path, _ in provider.asked].count("/keys") == fetched + 1


@pytest.mark.parametrize("fault", ["redirects", "huge", "broken", "changed_issuer"])
def test_a_provider_that_misbehaves_is_not_set_up(server, provider, boss, fault):
    provider.faults.add(fault)
    body = {"name": "Google", "issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": SECRET}
    answer = server.ask("PUT", f"{PROVIDERS}/{server.new_id()}", body, boss)
    assert (answer.status, answer.code) == (422, "provider_away")
    assert not any(path == "/elsewhere" for path, _ in provider.asked), "no redirect is followed"


def test_no_redirect_carries_the_code_elsewhere(server, provider, set_up):
    ama(server)
    google = set_up()
    provider.faults.add("token_redirects")
    assert come_in(server, provider, google).code == "provider_away"
    assert not any(path == "/elsewhere" for path, _ in provider.asked)


def test_a_ticket_counts_once_for_two_minutes_and_for_its_institute(server, provider, set_up):
    person_id, google = ama(server), set_up()

    def ticket():
        out = begin(server, google).data
        proved = prove(server, out, provider.browse(out["address"])).data
        assert proved["person_id"] == person_id
        return proved["ticket"]

    first = ticket()
    assert enter(server, first).status == 200
    assert enter(server, first).code == "identity_flow_over"
    late = ticket()
    server.clock.advance(120)
    assert enter(server, late).code == "identity_flow_over"
    server.add_organisation("other", "Other School")
    assert enter(server, ticket(), organisation="other").code == "identity_flow_over"
    for nonsense in ("x", "AAAA", "A" * 100, late[:-4] + "AAAA"):
        assert enter(server, nonsense).code == "identity_flow_over"


def test_a_factor_is_asked_unless_the_provider_is_trusted_with_it(server, provider, set_up):
    person_id = server.add_person("akua", ("administrator",), email="ama@km.example")
    now, place = server.clock.now(), server.organisation_id
    server.context.database.write(lambda db: put_address(db, place, person_id, "mail", "ama@km.example", now))
    google = set_up(domains=["km.example"])
    assert come_in(server, provider, google).data["factor_needed"]
    provider.changes = {"amr": ["pwd", "mfa"]}
    assert come_in(server, provider, google).data["factor_needed"], "the institute doesn't trust it with that"
    trusted = set_up(domains=["km.example"], trust_factor=True)
    assert come_in(server, provider, trusted).data["person"]["id"] == person_id
    for means in (["pwd"], "mfa", None):
        provider.changes = {"amr": means}
        assert come_in(server, provider, trusted).data["factor_needed"]


def test_a_temporary_password_is_changed_first(server, provider, set_up, boss):
    person_id, google = ama(server), set_up()
    server.post("/api/v1/auth/temporary-password", {"person_id": person_id}, boss)
    assert come_in(server, provider, google).code == "password_change_needed"
