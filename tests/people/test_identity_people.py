"""Whom a provider's word lets in, one's own identities, and the providers of an institute."""

import pytest

from server.people.identity_outbound import Outbound
from shared.core.errors import CampusError
from tests.people.identity_asks import (
    BEGIN,
    OWN,
    PORT,
    PROVIDERS,
    ama,
    begin,
    come_in,
    finish,
)
from tests.providers.openid import CLIENT_ID, SECRET, open_id_provider


@pytest.fixture
def server(identity_server):
    return identity_server


@pytest.fixture
def boss(identity_boss):
    return identity_boss


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
