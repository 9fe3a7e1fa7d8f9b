"""The office's own certificate authority, made at set-up and pinned by desktops, and the server's certificate."""

import hashlib
import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.core.secret_files import read_secret, write_secret
from shared.core.errors import CampusError
from shared.core.text import text

_AUTHORITY_LIFE = timedelta(days=3_652)
_LEAF_LIFE = timedelta(days=397)
_RENEW_BEFORE = timedelta(days=60)
# Clocks of an office differ; a certificate that begins at this very second is refused by those that lag.
_EARLIER = timedelta(days=2)
ALWAYS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class OfficeFiles:
    """Where the office's certificates lie."""

    folder: Path

    @property
    def authority(self) -> Path:
        """The authority's certificate, which desktops pin."""
        return self.folder / "authority.pem"

    @property
    def authority_key(self) -> Path:
        """The authority's key."""
        return self.folder / "authority-key.pem"

    @property
    def leaf(self) -> Path:
        """The server's certificate, followed by the authority's."""
        return self.folder / "server.pem"

    @property
    def leaf_key(self) -> Path:
        """The server's key."""
        return self.folder / "server-key.pem"


def office_files(data_dir: Path) -> OfficeFiles:
    """Return the places of the certificates in a data folder."""
    return OfficeFiles(data_dir / "tls")


def make_authority(files: OfficeFiles, now: datetime, name: str = "Campusdesk office") -> x509.Certificate:
    """Return the office's authority, made now where there is none; an existing one is never replaced.

    It carries no name constraint: no system trusts it, a desktop pins its key for this one server, and a machine that
    gets another name or address must not lock everybody out.
    """
    if files.authority.exists():
        return read_authority(files)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        _builder(subject, subject, key.public_key(), now, _AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    write_secret(files.authority_key, _key_bytes(key))
    write_secret(files.authority, certificate.public_bytes(Encoding.PEM))
    return certificate


def read_authority(files: OfficeFiles) -> x509.Certificate:
    """Return the office's authority; raises CampusError `not_set_up` where there is none."""
    if not files.authority.exists():
        raise CampusError("not_set_up", text("The office has no certificate yet. Run campusdesk-server init."))
    return x509.load_pem_x509_certificate(files.authority.read_bytes())


def fingerprint(authority: x509.Certificate) -> str:
    """Return what a person compares on both screens: SHA-256 of the authority's public key, in groups of four."""
    key = authority.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashlib.sha256(key).hexdigest().upper()
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def enrolment_address(address: str, authority: x509.Certificate) -> str:
    """Return what the QR code holds: the server's address and the fingerprint."""
    return f"campusdesk:{address}?fingerprint={fingerprint(authority).replace(' ', '')}"


def renew_leaf(files: OfficeFiles, names: Sequence[str], now: datetime) -> bool:
    """Make the server's certificate for `names` (host names and addresses), and tell whether one was made.

    That happens where it is missing, ends within 60 days or lacks a name.
    """
    wanted = list(dict.fromkeys([*ALWAYS, *names]))
    if files.leaf.exists() and files.leaf_key.exists() and _still_good(files, wanted, now):
        return False
    authority = read_authority(files)
    authority_key = load_pem_private_key(read_secret(files.authority_key), password=None)
    if not isinstance(authority_key, ec.EllipticCurvePrivateKey):
        raise CampusError("keys_unreadable", text("The office's certificate key is damaged. Restore it from a copy."))
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, next(iter(names), "localhost")[:64])])
    life = min(_LEAF_LIFE, authority.not_valid_after_utc - now)
    leaf = (
        _builder(subject, authority.subject, key.public_key(), now, life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in wanted]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    write_secret(files.leaf_key, _key_bytes(key))
    write_secret(files.leaf, leaf.public_bytes(Encoding.PEM) + authority.public_bytes(Encoding.PEM))
    return True


class _Pair(Protocol):
    @property
    def leaf(self) -> Path: ...

    @property
    def leaf_key(self) -> Path: ...


def server_context(files: _Pair) -> ssl.SSLContext:
    """Return what TLS needs on the server's side: version 1.2 or later, the server's certificate."""
    read_secret(files.leaf_key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(files.leaf, files.leaf_key)
    return context


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + life)
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _still_good(files: OfficeFiles, wanted: Sequence[str], now: datetime) -> bool:
    leaf = x509.load_pem_x509_certificate(files.leaf.read_bytes())
    named = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    known = {str(name.value) for name in named}
    ours = leaf.issuer == read_authority(files).subject
    return ours and set(wanted) <= known and leaf.not_valid_after_utc - now > _RENEW_BEFORE


def _key_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
