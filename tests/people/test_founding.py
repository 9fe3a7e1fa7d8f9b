"""Institutes that register by themselves, with their first administrators."""

import pytest

from tests.people.letter_box import box_for
from tests.serving import TestServer, server_settings

FOUND = "/api/v1/organisations/registrations"
VERIFY = "/api/v1/auth/verify-email"
NEW = "three boats on the Volta"
VOLTA = {"institute": "Volta College of Media", "slug": "volta-media", "email": "akua@volta.example",
         "username": "akua.boahen", "given_name": "Akua", "family_name": "Boahen", "password": NEW}  # fmt: skip


@pytest.fixture
def hosted(tmp_path, migrated_url):
    """A server whose operator lets institutes register."""
    made = TestServer(server_settings(tmp_path / "server", migrated_url, organisation_registration=True))
    yield made
    made.close()


def found(server, **changed):
    server.wire.address = f"192.0.2.{len(changed) % 200}"
    return server.post(FOUND, {**VOLTA, **changed})


def test_an_institute_registers_and_its_administrator_comes_in(hosted):
    box = box_for(hosted)
    told = found(hosted).data
    letter = box.last("verify_email")
    assert (letter.to, letter.organisation_id != hosted.organisation_id) == ("akua@volta.example", True)
    assert hosted.sign_in("akua.boahen", password=NEW, organisation="volta-media").code == "password_wrong"
    proved = hosted.post(VERIFY, {**told, "code": letter.secrets["code"]})
    assert proved.data == {"state": "accepted"}
    signed_in = hosted.sign_in("akua.boahen", password=NEW, organisation="volta-media").data
    assert signed_in["person"]["roles"] == ["administrator"]
    assert "platform.organisations" not in signed_in["person"]["permissions"]
    assert signed_in["organisation"]["name"] == "Volta College of Media"
    people = hosted.get("/api/v1/users", signed_in["access_token"]).data
    assert [one["given_name"] for one in people] == ["Akua"], "nobody of another institute"


def test_approval_is_asked_of_students_and_not_of_the_founder(hosted):
    box = box_for(hosted)
    told = found(hosted).data
    assert hosted.post(VERIFY, {**told, "code": box.code("verify_email")}).data == {"state": "accepted"}
    student = {**{name: VOLTA[name] for name in ("given_name", "family_name", "password")}, "username": "esi",
               "email": "esi@volta.example", "organisation": "volta-media"}  # fmt: skip
    assert hosted.post("/api/v1/auth/register", student).code == "registration_closed"


def test_it_is_off_unless_the_operator_says_so(sqlite_server):
    refused = found(sqlite_server)
    assert (refused.status, refused.code) == (403, "registration_closed")


def test_a_short_name_is_one_institutes(hosted):
    refused = found(hosted, slug="km-media")
    assert (refused.status, refused.code) == (409, "organisation_exists")
    assert found(hosted, slug="KM-Media").code == "organisation_exists"


def test_five_institutes_an_hour_from_one_address(hosted):
    answers = [hosted.post(FOUND, {**VOLTA, "slug": f"volta-{at}", "username": f"akua{at}"}) for at in range(6)]
    assert [one.status for one in answers] == [200] * 5 + [429]


@pytest.mark.parametrize("field", list(VOLTA))
def test_hostile_fields_are_refused_in_words(tmp_path_factory, field):
    server = TestServer(server_settings(tmp_path_factory.mktemp("s"), organisation_registration=True,
                                        limits=({"path": FOUND, "anonymous": 100},)))  # fmt: skip
    fine = {"institute": {"🦊", "<b>x</b>", "=1+1", "'; DROP TABLE person"}}
    fine |= dict.fromkeys(("given_name", "family_name"), fine["institute"])
    fine["password"] = {"'; DROP TABLE person"}
    values = [
        "",
        "  ",
        "x" * 300,
        "a\x00b",
        "a\nb",
        "\u202ex",
        "🦊",
        "<b>x</b>",
        "'; DROP TABLE person",
        "=1+1",
        7,
        None,
    ]
    for at, value in enumerate(values):
        body = {**VOLTA, "slug": f"volta-{at}", "username": f"akua{at}", field: value}
        answer = server.post(FOUND, body)
        assert answer.status == (200 if value in fine.get(field, ()) else 422), (value, answer.body)
    server.close()
