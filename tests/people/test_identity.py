"""Signing in by OpenID Connect, against a provider that can do everything wrong."""

import pytest

from server.people.factors import put_address
from server.people.identity_outbound import Outbound
from shared.core.errors import CampusError
from tests.people.letter_box import box_for
from tests.providers.openid import CLIENT_ID, SECRET, open_id_provider
from tests.serving import TestServer, server_settings

PROVIDERS = "/api/v1/organisations/identity-providers"
BEGIN, PROVE, ENTER = (f"/api/v1/auth/identity/{word}" for word in ("begin", "prove", "enter"))
OWN = "/api/v1/auth/identities"
PORT = 49_152


@pytest.fixture
def server(tmp_path, migrated_url):
    made = TestServer(server_settings(tmp_path / "server", migrated_url, identity_hosts=("127.0.0.1",)))
    made.box = box_for(made)
    yield made
    made.close()


@pytest.fixture
def provider(server):
    with open_id_provider(server.clock.now) as made:
        yield made


@pytest.fixture
def boss(server):
    server.add_person("boss")
    return server.sign_in("boss").data["access_token"]


@pytest.fixture
def set_up(server, provider, boss):
    """`set_up(**rules)` sets the provider up; returns its id."""

    def put(**rules):
        body = {"name": "Google", "issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": SECRET}
        made = server.new_id()
        assert server.ask("PUT", f"{PROVIDERS}/{made}", {**body, "link_by_email": True, **rules}, boss).status == 200
        return made

    return put


def begin(server, provider_id):
    return server.post(BEGIN, {"organisation": server.slug, "provider_id": provider_id, "port": PORT})


def prove(server, out, back, **more):
    body = {"organisation": server.slug, "flow_id": out["flow_id"], "flow_secret": out["flow_secret"]}
    return server.post(PROVE, {**body, **back, **more})


def enter(server, ticket, **more):
    return server.post(ENTER, {"organisation": server.slug, "ticket": ticket, "device": server.device().shown, **more})


def finish(server, out, back, **more):
    proved = prove(server, out, back, **more)
    return enter(server, proved.data["ticket"]) if proved.status == 200 else proved


def come_in(server, provider, provider_id, **changed):
    out = begin(server, provider_id).data
    return finish(server, out, provider.browse(out["address"], **changed))


def ama(server, **fields):
    return server.add_person("ama", ("student",), **{"email": "ama@km.example", **fields})


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


@pytest.fixture(scope="module")
def sqlite_identity(tmp_path_factory):
    """One server with one provider for many refusals, which leave nothing behind."""
    folder = tmp_path_factory.mktemp("identity")
    server = TestServer(server_settings(folder, identity_hosts=("127.0.0.1",)))
    server.add_person("boss")
    boss = server.sign_in("boss").data["access_token"]
    ama(server)
    with open_id_provider(server.clock.now) as provider:
        google = server.new_id()
        body = {"name": "Google", "issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": SECRET}
        assert server.ask("PUT", f"{PROVIDERS}/{google}", {**body, "link_by_email": True}, boss).status == 200
        yield server, provider, google
    server.close()


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
    from server.people.identity_client import Secrets

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


# -------------------------------------------------------------------------------------------------------------- by rule


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_links_nobody(server, provider, set_up, verified):
    ama(server)
    google = set_up()
    provider.changes = {"email_verified": verified}
    assert come_in(server, provider, google).code == "identity_unlinked"


def test_addresses_link_only_where_the_institute_says_so(server, provider, set_up):
    ama(server)
    assert come_in(server, provider, set_up(link_by_email=False)).code == "identity_unlinked"
    assert come_in(server, provider, set_up(domains=["elsewhere.example"])).code == "identity_unlinked"
    assert come_in(server, provider, set_up(domains=["KM.example"])).status == 200


def test_staff_are_found_by_address_at_the_institutes_own_provider_alone(server, provider, set_up):
    server.add_person("ama", ("registrar",), email="ama@km.example")
    assert come_in(server, provider, set_up()).code == "identity_unlinked"
    assert come_in(server, provider, set_up(domains=["km.example"])).data["person"]["roles"] == ["registrar"]


def test_nobody_becomes_staff_by_a_providers_word(server, provider, set_up, boss):
    google = set_up(make_students=True)
    provider.changes = {"roles": ["administrator"], "groups": ["administrator"]}
    assert come_in(server, provider, google).code == "identity_unlinked", "registration is off"
    assert server.ask("PUT", "/api/v1/users/registrations/policy", {"registration": "on"}, boss).status == 200
    assert come_in(server, provider, google).data["person"]["roles"] == ["student"]


def test_an_invited_one_comes_in_with_the_roles_of_the_invitation(server, provider, set_up, boss):
    google = set_up()
    invited = {"email": "ama@km.example", "given_name": "Ama", "family_name": "Mensah", "roles": ["instructor"]}
    server.post("/api/v1/users/invitations", invited, boss)
    assert come_in(server, provider, google).data["person"]["roles"] == ["instructor"]
    assert server.get("/api/v1/users/invitations", boss).data[0]["state"] == "accepted"


def test_a_suspended_person_is_not_let_in_by_anybody(server, provider, set_up):
    person_id, google = ama(server), set_up()
    assert come_in(server, provider, google).status == 200
    with server.context.database.read() as db:
        place = {"o": server.organisation_id, "p": person_id}
        base = db.one("SELECT revision FROM person WHERE organisation_id = :o AND id = :p", **place)[0]
    server.do(server.command("SetPersonState", person_id, {"state": "suspended", "old_state": "active"}, base))
    assert come_in(server, provider, google).code == "suspended"


def test_one_institutes_provider_lets_nobody_into_another(server, provider, set_up):
    ama(server)
    google = set_up()
    other = server.add_organisation("other", "Other School")
    server.add_person("yaw", ("student",), other, email="ama@km.example")
    asked = server.post(BEGIN, {"organisation": "other", "provider_id": google, "port": PORT})
    assert asked.code == "provider_unknown"
    out = begin(server, google).data
    back = provider.browse(out["address"])
    assert finish(server, out, back, organisation="other").code == "identity_flow_over"


# ------------------------------------------------------------------------------------------------------------ one's own


def link(server, provider, token, provider_id):
    out = server.post(f"{OWN}/begin", {"provider_id": provider_id, "port": PORT}, token)
    if out.status != 200:
        return out
    back = provider.browse(out.data["address"])
    return server.post(f"{OWN}/finish", {**{n: out.data[n] for n in ("flow_id", "flow_secret")}, **back}, token)


def test_linking_and_unlinking_need_a_fresh_sign_in(server, provider, set_up):
    server.add_person("kofi", ("instructor",))
    google = set_up(link_by_email=False)
    token = server.sign_in("kofi").data["access_token"]
    assert [one["name"] for one in link(server, provider, token, google).data] == ["Google"]
    assert come_in(server, provider, google).data["person"]["roles"] == ["instructor"]
    token = server.sign_in("kofi").data["access_token"]
    server.clock.advance(601)
    assert server.ask("DELETE", f"{OWN}/{google}", None, token).code == "fresh_sign_in_needed"
    assert link(server, provider, token, google).code == "fresh_sign_in_needed"
    token = server.sign_in("kofi").data["access_token"]
    assert server.ask("DELETE", f"{OWN}/{google}", None, token).data == []
    assert come_in(server, provider, google).code == "identity_unlinked"


def test_an_identity_is_one_persons(server, provider, set_up):
    ama(server)
    server.add_person("kofi", ("student",))
    google = set_up()
    assert come_in(server, provider, google).status == 200
    kofi = server.sign_in("kofi").data["access_token"]
    assert link(server, provider, kofi, google).code == "identity_taken"


def test_the_last_way_in_is_not_taken_away(server, provider, set_up, boss):
    google = set_up()
    invited = {"email": "ama@km.example", "given_name": "Ama", "family_name": "Mensah", "roles": ["instructor"]}
    server.post("/api/v1/users/invitations", invited, boss)
    token = come_in(server, provider, google).data["access_token"]
    assert server.ask("DELETE", f"{OWN}/{google}", None, token).code == "identity_last_way"


def test_a_link_is_finished_by_whoever_set_out(server, provider, set_up):
    server.add_person("kofi", ("student",))
    ama(server)
    google = set_up()
    kofi, other = (server.sign_in(name).data["access_token"] for name in ("kofi", "ama"))
    out = server.post(f"{OWN}/begin", {"provider_id": google, "port": PORT}, kofi).data
    body = {**{name: out[name] for name in ("flow_id", "flow_secret")}, **provider.browse(out["address"])}
    assert server.post(f"{OWN}/finish", body, other).code == "identity_flow_over"


# ------------------------------------------------------------------------------------------------------------ providers


def test_the_secret_is_sealed_and_never_shown(server, provider, set_up, boss, caplog):
    google = set_up()
    answer = server.get(PROVIDERS, boss)
    assert answer.data[0]["has_secret"] is True
    assert SECRET not in answer.body.decode() + caplog.text
    with server.context.database.read() as db:
        o = {"o": server.organisation_id}
        sealed = db.one("SELECT sealed_secret FROM identity_provider WHERE organisation_id = :o", **o)[0]
    assert SECRET not in sealed
    kept = {"name": "Google", "issuer": provider.issuer, "client_id": CLIENT_ID}
    assert server.ask("PUT", f"{PROVIDERS}/{google}", kept, boss).data["has_secret"] is True


def test_only_administrators_set_providers_up(server, provider, set_up, boss):
    google = set_up()
    server.add_person("reg", ("registrar",))
    reg = server.sign_in("reg").data["access_token"]
    assert server.get(PROVIDERS, reg).code == "not_allowed"
    assert server.ask("DELETE", f"{PROVIDERS}/{google}", None, reg).code == "not_allowed"
    offered = server.get(f"/api/v1/auth/providers?organisation={server.slug}").data
    assert offered == [{"id": google, "name": "Google"}]
    assert server.ask("DELETE", f"{PROVIDERS}/{google}", None, boss).status == 200
    assert server.get(f"/api/v1/auth/providers?organisation={server.slug}").data == []
    assert begin(server, google).code == "provider_unknown"


def test_another_issuer_takes_nobodys_place(server, provider, set_up, boss):
    ama(server)
    google = set_up()
    assert come_in(server, provider, google).status == 200
    with open_id_provider(server.clock.now) as impostor:
        body = {"name": "Google", "issuer": impostor.issuer, "client_id": CLIENT_ID, "client_secret": SECRET}
        assert server.ask("PUT", f"{PROVIDERS}/{google}", body, boss).status == 200
        assert come_in(server, impostor, google).code == "identity_unlinked"


@pytest.mark.parametrize(
    "address",
    [
        "http://accounts.google.com", "https://10.0.0.1", "https://127.0.0.2", "https://[::1]", "https://169.254.169.254",
        "https://2130706433", "https://user@accounts.google.com", "https://accounts.google.com#x", "ftp://x.example",
        "https://", "javascript:alert(1)", "https://inside.example", "https://accounts.google.com:99999",
        "http://localhost", "https://mixed.example", "https://0x7f.1",
    ],
)  # fmt: skip
def test_an_address_that_leads_inside_is_not_asked(address):
    names = {
        "accounts.google.com": ["142.250.1.1"],
        "inside.example": ["192.168.1.7"],
        "mixed.example": ["142.250.1.1", "10.0.0.1"],
        "2130706433": ["127.0.0.1"],
        "0x7f.1": ["127.0.0.1"],
    }

    def resolve(host, _port):
        return names.get(host) or [host]

    with pytest.raises(CampusError) as refused:
        Outbound(resolve=resolve).check(address)
    assert refused.value.code == "provider_address"
    assert Outbound(resolve=resolve).check("https://accounts.google.com/x") == "https://accounts.google.com/x"


HOSTILE = ["", " ", "x" * 300, "a\x00b", "a\nb", "\u202ex", "🦊", "<b>x</b>", "'; DROP TABLE person", "=1+1"]


@pytest.mark.parametrize("name", ["issuer", "client_id", "client_secret", "domains"])
def test_hostile_fields_of_a_provider_are_refused(sqlite_identity, name):
    server, provider, _ = sqlite_identity
    boss = server.sign_in("boss").data["access_token"]
    usual = {"name": "Google", "issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": SECRET}
    for value in HOSTILE:
        body = {**usual, name: [value] if name == "domains" else value}
        answer = server.ask("PUT", f"{PROVIDERS}/{server.new_id()}", body, boss)
        if answer.status == 200:
            assert (name, value) in {("client_id", one) for one in ("<b>x</b>", "=1+1")} | {
                ("client_secret", one) for one in ("", " ", "x" * 300, "<b>x</b>", "'; DROP TABLE person", "=1+1")
            }, value
        else:
            assert answer.status == 422, (value, answer.body)
