"""Trust in the office's own authority: first contact, the pin, and everything that is a hard stop."""

import pytest

from desktop.core.api_client import ApiClient
from desktop.core.api_errors import ApiError
from desktop.core.certificates import check_address, first_contact, office_certificate
from desktop.core.http_transport import HttpTransport
from shared.core.clock import ManualClock
from shared.core.errors import CampusError
from tests.core.desktop_web import Office, Pauses, Web, refreshed


@pytest.fixture
def web():
    web = Web()
    yield web
    web.close()


@pytest.fixture(scope="module")
def office():
    return Office()


@pytest.fixture
def secure(office, tmp_path):
    web = Web(office.context(tmp_path))
    web.json("GET", "/api/v1/office-certificate", {"data": {"certificate": office.pem}})
    web.json("POST", "/api/v1/auth/sign-in", refreshed())
    yield web
    web.close()


def sign_in(url, pem):
    transport = HttpTransport(url, office_certificate(pem))
    try:
        return ApiClient(transport, ManualClock(), Pauses()).sign_in({})
    finally:
        transport.close()


def test_first_contact_shows_the_fingerprint_of_the_office(secure, office):
    met = first_contact(secure.url)
    assert met.pin == office_certificate(office.pem).pin
    assert len(met.fingerprint.split()) == 16
    assert sign_in(secure.url, met.pem).person.name == "Ama"


def test_first_contact_refuses_an_authority_that_did_not_sign(secure):
    secure.json("GET", "/api/v1/office-certificate", {"data": {"certificate": Office().pem}})
    with pytest.raises(ApiError) as told:
        first_contact(secure.url)
    assert told.value.code == "office_certificate_mismatch"


@pytest.mark.parametrize("body", [{"data": {}}, {"data": {"certificate": "no"}}, []])
def test_first_contact_with_something_else(secure, body):
    secure.json("GET", "/api/v1/office-certificate", body)
    with pytest.raises(ApiError) as told:
        first_contact(secure.url)
    assert told.value.code == "office_certificate_mismatch"


def test_a_renewed_leaf_of_the_same_office_is_fine(office, tmp_path):
    for _ in range(2):
        web = Web(office.context(tmp_path))
        web.json("POST", "/api/v1/auth/sign-in", refreshed())
        assert sign_in(web.url, office.pem)
        web.close()


def refused(context, office):
    web = Web(context)
    web.json("POST", "/api/v1/auth/sign-in", refreshed())
    with pytest.raises(ApiError) as told:
        sign_in(web.url, office.pem)
    assert web.asked == []
    web.close()
    return told.value


def test_another_office_is_a_hard_stop(office, tmp_path):
    problem = refused(Office("Stranger").context(tmp_path), office)
    assert problem.code == "certificate_changed"
    assert not problem.may_retry


def test_the_same_name_with_another_key_is_a_hard_stop(office, tmp_path):
    assert refused(Office().context(tmp_path), office).code == "certificate_changed"


def test_a_certificate_for_another_host_is_refused(office, tmp_path):
    assert refused(office.context(tmp_path, host="office.example.org"), office).code == "certificate_changed"


def test_an_expired_certificate_asks_to_look_at_the_clock(office, tmp_path):
    problem = refused(office.context(tmp_path, days=(-30, -2)), office)
    assert problem.code == "certificate_not_valid_now"
    assert "date and time" in problem.message


def test_a_certificate_from_the_future_too(office, tmp_path):
    assert refused(office.context(tmp_path, days=(30, 60)), office).code == "certificate_not_valid_now"


def test_a_plain_server_behind_a_secure_address_is_refused(office, web):
    with pytest.raises(ApiError) as told:
        sign_in(web.url.replace("http:", "https:"), office.pem)
    assert told.value.code in {"certificate_changed", "server_unreachable"}
    assert all(not asked[3] for asked in web.asked)


def test_the_environment_can_not_add_authorities_or_proxies(secure, office, tmp_path, monkeypatch):
    stranger = Office("Stranger")
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(office.pem)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with pytest.raises(ApiError) as told:
        sign_in(secure.url, stranger.pem)
    assert told.value.code == "certificate_changed"
    assert sign_in(secure.url, office.pem)


def test_an_unpinned_secure_address_is_not_used():
    with pytest.raises(ApiError) as told:
        HttpTransport("https://127.0.0.1:1")
    assert told.value.code == "certificate_changed"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://office.example.org", "server_not_encrypted"),
        ("http://10.0.0.5:8000", "server_not_encrypted"),
        ("ftp://127.0.0.1", "server_address_invalid"),
        ("office.example.org", "server_address_invalid"),
        ("", "server_address_invalid"),
    ],
)
def test_addresses_that_are_refused(address, code):
    with pytest.raises(CampusError) as told:
        check_address(address)
    assert told.value.code == code


@pytest.mark.parametrize("address", ["http://localhost:8000/", "http://127.0.0.1:8000", "https://office.example.org/"])
def test_addresses_that_are_fine(address):
    assert check_address(address) == address.rstrip("/")
