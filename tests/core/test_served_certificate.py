"""The certificate that is shown: a renewed one is taken up while the server runs, a broken one never."""

import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from server.command_line.serve_command import settings_words
from server.core.office_certificate import make_authority, office_files, renew_leaf
from server.core.served_certificate import (
    LOOK_SECONDS,
    RENEW_SECONDS,
    renew_office_certificate,
    renewing_context,
    served_files,
)
from server.core.settings import Settings
from server.core.upload_lock import PartLock
from shared.core.errors import CampusError
from tests.serving import server_settings

NOW = datetime.now(UTC)  # noqa: TID251 - TLS libraries look at the real clock


class Clock:
    """Seconds that a test moves."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def settings(tmp_path):
    made = server_settings(tmp_path, plain_http=False)
    files = office_files(made.data_dir)
    make_authority(files, NOW)
    renew_leaf(files, [], NOW)
    return made


@pytest.fixture
def clock():
    return Clock()


def _shown(context, authority):
    """The serial number of the certificate that a real client is shown over loopback."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(authority)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection, _ = listener.accept()
            with connection, suppress(ssl.SSLError):
                context.wrap_socket(connection, server_side=True).close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            with (
                socket.create_connection(listener.getsockname()) as raw,
                client.wrap_socket(raw, server_hostname="localhost") as safe,
            ):
                shown = safe.getpeercert(binary_form=True)
        finally:
            thread.join()
    return x509.load_der_x509_certificate(shown).serial_number


def test_a_renewed_certificate_is_shown_within_a_minute(settings, clock):
    files = office_files(settings.data_dir)
    context = renewing_context(served_files(settings), clock)
    first = _shown(context, files.authority)
    assert renew_leaf(files, ["campus.example.org"], NOW)
    assert _shown(context, files.authority) == first, "not looked at yet"
    clock.seconds += LOOK_SECONDS
    second = _shown(context, files.authority)
    assert second != first
    assert _shown(context, files.authority) == second


def test_it_renews_by_itself_twice_a_day_and_desktops_go_on_trusting(settings, clock):
    files = office_files(settings.data_dir)
    later = NOW + timedelta(days=350)
    asked = []

    def renew():
        asked.append(clock.seconds)
        renew_office_certificate(settings, later)

    context = renewing_context(served_files(settings), clock, renew)
    first = _shown(context, files.authority)
    clock.seconds = LOOK_SECONDS * 2
    assert (_shown(context, files.authority), asked) == (first, [])
    clock.seconds = RENEW_SECONDS
    renewed = x509.load_pem_x509_certificate(files.leaf.read_bytes())
    # The client's clock is today's, and a certificate begins two days before it is made: its start is what is new.
    with pytest.raises(ssl.SSLError):
        _shown(context, files.authority)
    assert asked == [RENEW_SECONDS]
    after = x509.load_pem_x509_certificate(files.leaf.read_bytes())
    assert after.serial_number != renewed.serial_number
    assert after.not_valid_after_utc > later + timedelta(days=300)


@pytest.mark.parametrize("fault", ["gone", "no certificate", "another's key", "open to all"])
def test_a_certificate_that_can_not_be_used_leaves_the_one_before(settings, clock, tmp_path, expect_log, fault):
    expect_log("can't be used yet")
    files = office_files(settings.data_dir)
    context = renewing_context(served_files(settings), clock)
    first = _shown(context, files.authority)
    if fault == "gone":
        files.leaf.unlink()
    elif fault == "no certificate":
        files.leaf.write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
    elif fault == "another's key":
        other = office_files(tmp_path / "other")
        make_authority(other, NOW)
        renew_leaf(other, [], NOW)
        files.leaf_key.write_bytes(other.leaf_key.read_bytes())
    else:
        files.leaf.write_bytes(files.leaf.read_bytes() + b"\n")
        files.leaf_key.chmod(0o644)
    clock.seconds += LOOK_SECONDS
    assert _shown(context, files.authority) == first


def test_who_renews_is_one_process_and_where_there_is_nothing_to_renew_nothing_is(settings, tmp_path):
    late = NOW + timedelta(days=350)
    files = office_files(settings.data_dir)
    with PartLock(files.folder / "renewing.lock"):
        assert renew_office_certificate(settings, late) == 0
    assert renew_office_certificate(settings, late) == 1
    assert renew_office_certificate(settings, late) == 0
    assert renew_office_certificate(server_settings(tmp_path / "empty", plain_http=False), late) == 0
    assert renew_office_certificate(server_settings(settings.data_dir, plain_http=True), late) == 0


def test_a_certificate_that_the_settings_name_is_shown(settings, tmp_path, clock):
    own = office_files(tmp_path / "public")
    make_authority(own, NOW)
    renew_leaf(own, [], NOW)
    named = server_settings(settings.data_dir, certificate_file=own.leaf, certificate_key_file=own.leaf_key)
    shown = _shown(renewing_context(served_files(named), clock), own.authority)
    assert shown == x509.load_pem_x509_certificate(own.leaf.read_bytes()).serial_number
    assert renew_office_certificate(named, NOW + timedelta(days=350)) == 0, "it is its owner's to renew"
    with pytest.raises(CampusError) as told:
        served_files(server_settings(settings.data_dir, certificate_file=own.leaf))
    assert told.value.code == "settings_invalid"


def test_no_secret_is_handed_to_the_processes_in_clear_or_in_stars(tmp_path):
    secret = {name: "s3cr3t" for name, one in Settings.model_fields.items() if "SecretStr" in str(one.annotation)}
    secret |= {"redis_url": "redis://:s3cr3t@h/0", "database_url": "sqlite:///s3cr3t"}
    secret.pop("database_owner_url", None)
    words = settings_words(Settings(data_dir=tmp_path, **secret))
    assert not set(secret) & set(words)
    assert "s3cr3t" not in str(words)
    assert "***" not in str(words)
