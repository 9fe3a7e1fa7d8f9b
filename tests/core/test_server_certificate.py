"""The office's certificate: what it holds, when it is made anew, and whom it convinces."""

import hashlib
import ipaddress
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.core.office_certificate import (
    enrolment_address,
    fingerprint,
    make_authority,
    office_files,
    read_authority,
    renew_leaf,
    server_context,
)
from server.core.own_names import is_loopback
from shared.core.errors import CampusError

NOW = datetime.now(UTC)  # noqa: TID251 - TLS libraries look at the real clock


@pytest.fixture
def files(tmp_path):
    made = office_files(tmp_path)
    make_authority(made, NOW)
    return made


def _leaf(files):
    return x509.load_pem_x509_certificate(files.leaf.read_bytes())


def _names(files):
    return [
        str(name.value) for name in _leaf(files).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    ]


def _shake_hands(files, host, trusted=None, **limits):
    """A real handshake over loopback; the client trusts the given authority alone and checks the name."""
    server, client = server_context(files), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations((trusted or files).authority)
    for name, value in limits.items():
        setattr(client, name, value)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = listener.accept()
        with connection:
            try:
                server.wrap_socket(connection, server_side=True).close()
            except (ssl.SSLError, OSError):
                return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with (
            socket.create_connection(listener.getsockname()) as raw,
            client.wrap_socket(raw, server_hostname=host) as safe,
        ):
            return safe.version()
    finally:
        thread.join()
        listener.close()


def test_the_authority_lasts_ten_years_and_signs_certificates_alone(files):
    authority = read_authority(files)
    assert authority.not_valid_after_utc - NOW > timedelta(days=3651)
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is True
    usage = authority.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.key_cert_sign
    assert not usage.digital_signature


def test_the_authority_is_never_replaced(files):
    before = files.authority.read_bytes()
    make_authority(files, NOW + timedelta(days=1))
    assert files.authority.read_bytes() == before


def test_the_fingerprint_is_that_of_the_key_in_groups_of_four(files):
    shown = fingerprint(read_authority(files))
    key = read_authority(files).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert shown.replace(" ", "") == hashlib.sha256(key).hexdigest().upper()
    assert [len(group) for group in shown.split()] == [4] * 16
    address = enrolment_address("https://10.0.0.5:8620", read_authority(files))
    assert address == f"campusdesk:https://10.0.0.5:8620?fingerprint={shown.replace(' ', '')}"


def test_the_leaf_lasts_397_days_and_names_the_machine(files):
    assert renew_leaf(files, ["server.lan", "10.0.0.5", "fd00::5"], NOW) is True
    leaf = _leaf(files)
    assert leaf.not_valid_after_utc - NOW < timedelta(days=397, seconds=1)
    assert set(_names(files)) == {"localhost", "127.0.0.1", "::1", "server.lan", "10.0.0.5", "fd00::5"}
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert ipaddress.ip_address("10.0.0.5") in names.get_values_for_type(x509.IPAddress)


@pytest.mark.parametrize(
    ("later", "names", "is_renewed"),
    [
        (0, ["server.lan"], False),
        (336, ["server.lan"], False),
        (338, ["server.lan"], True),
        (0, ["server.lan", "10.0.0.9"], True),
        (0, [], False),
    ],
)
def test_the_leaf_is_made_anew_when_it_ends_soon_or_lacks_a_name(files, later, names, is_renewed):
    renew_leaf(files, ["server.lan"], NOW)
    pinned = fingerprint(read_authority(files))
    assert renew_leaf(files, names, NOW + timedelta(days=later)) is is_renewed
    assert fingerprint(read_authority(files)) == pinned


def test_a_leaf_of_another_authority_is_made_anew(files, tmp_path):
    other = office_files(tmp_path / "other")
    make_authority(other, NOW, "Another office")
    renew_leaf(other, [], NOW)
    files.leaf.write_bytes(other.leaf.read_bytes())
    files.leaf_key.write_bytes(other.leaf_key.read_bytes())
    assert renew_leaf(files, [], NOW) is True


def test_without_an_authority_the_sentence_says_init(tmp_path):
    with pytest.raises(CampusError, match="campusdesk-server init"):
        renew_leaf(office_files(tmp_path), [], NOW)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_who_trusts_the_office_is_let_in_over_tls(files, host):
    renew_leaf(files, [], NOW)
    assert _shake_hands(files, host) in {"TLSv1.2", "TLSv1.3"}


def test_tls_1_2_will_do_and_nothing_older(files):
    renew_leaf(files, [], NOW)
    assert _shake_hands(files, "localhost", maximum_version=ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    assert server_context(files).minimum_version == ssl.TLSVersion.TLSv1_2


def test_another_authority_or_another_name_or_an_ended_leaf_convinces_nobody(files, tmp_path):
    renew_leaf(files, [], NOW)
    other = office_files(tmp_path / "other")
    make_authority(other, NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        _shake_hands(files, "localhost", trusted=other)
    with pytest.raises(ssl.SSLCertVerificationError):
        _shake_hands(files, "elsewhere.example")
    files.leaf.unlink()
    renew_leaf(files, [], NOW - timedelta(days=400))
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        _shake_hands(files, "localhost")


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("0.0.0.0", False),  # noqa: S104 - a name to judge, nothing listens
     ("10.0.0.5", False), ("::", False), ("server.lan", False), ("localhost.evil.example", False)],
)  # fmt: skip
def test_loopback_is_this_machine_alone(host, expected):
    assert is_loopback(host) is expected


def test_the_office_shows_its_authority(sqlite_server):
    make_authority(office_files(sqlite_server.settings.data_dir), NOW)
    told = sqlite_server.get("/api/v1/office-certificate").data
    shown = x509.load_pem_x509_certificate(told["certificate"].encode())
    assert fingerprint(shown) == told["fingerprint"]
    assert "PRIVATE" not in told["certificate"]
