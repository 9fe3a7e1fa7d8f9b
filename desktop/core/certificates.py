"""Trust in the office's own certificate authority: first contact, its fingerprint, and the pinned TLS context."""

import hashlib
import http.client
import json
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from desktop.core.api_errors import ApiError, Sort, certificate_changed, no_network
from shared.core.errors import CampusError
from shared.core.text import text

CERTIFICATE_PATH = "/api/v1/office-certificate"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class OfficeCertificate:
    """An office's certificate authority as PEM, and its pin: the SHA-256 (hex) of its public key."""

    pem: str
    pin: str

    @property
    def fingerprint(self) -> str:
        """The pin as people compare it: groups of four, in capitals."""
        return " ".join(self.pin[at : at + 4].upper() for at in range(0, len(self.pin), 4))


def office_certificate(pem: str) -> OfficeCertificate:
    """Return the certificate with its pin; ValueError when the text is none."""
    certificate = x509.load_pem_x509_certificate(pem.encode())
    packed = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return OfficeCertificate(certificate.public_bytes(Encoding.PEM).decode(), hashlib.sha256(packed).hexdigest())


def check_address(url: str) -> str:
    """Return the server's address without a trailing slash; CampusError for one that can't be used.

    Plain http goes to this computer only.
    """
    parts = urlsplit(url.strip().rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise CampusError(
            "server_address_invalid",
            text("{address} is no server's address. Write it like https://office.example.org:8443.", address=url),
        )
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise CampusError(
            "server_not_encrypted",
            text("Passwords and marks only travel encrypted. Write https:// before {host}.", host=parts.hostname),
        )
    return f"{parts.scheme}://{parts.netloc}"


def first_contact(url: str, timeout: float = 10.0) -> OfficeCertificate:
    """Ask a server that this computer has not met for its office certificate, for a person to compare.

    Nothing else is sent, and nothing is trusted yet. Raises ApiError when the server can't be reached, or
    `office_certificate_mismatch` when the certificate it names didn't sign the one it shows.
    """
    parts = urlsplit(check_address(url))
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # nothing is pinned yet; a person compares the fingerprint before it is
    connection = http.client.HTTPSConnection(parts.hostname or "", parts.port or 443, timeout=timeout, context=context)
    try:
        connection.connect()
        shown = _shown(connection.sock)
        connection.request("GET", CERTIFICATE_PATH, headers={"Accept": "application/json"})
        reply = connection.getresponse()
        body = reply.read(100_000)
    except (OSError, http.client.HTTPException) as problem:
        raise no_network(problem) from problem
    finally:
        connection.close()
    try:
        office = office_certificate(_pem_in(body))
        shown.verify_directly_issued_by(x509.load_pem_x509_certificate(office.pem.encode()))
    except (ValueError, TypeError, KeyError, InvalidSignature) as problem:
        raise ApiError(
            Sort.AUTH,
            "office_certificate_mismatch",
            text("This server doesn't prove which office it belongs to. Check the address with the administrator."),
            {"cause": str(problem)},
        ) from problem
    return office


def _shown(sock: socket.socket | None) -> x509.Certificate:
    packed = sock.getpeercert(binary_form=True) if isinstance(sock, ssl.SSLSocket) else None
    if packed is None:
        raise no_network("no certificate")
    return x509.load_der_x509_certificate(packed)


def _pem_in(body: bytes) -> str:
    if body.lstrip().startswith(b"-----BEGIN"):
        return body.decode("ascii")
    data = json.loads(body)["data"]
    return str(data["certificate"])


def pinned_context(office: OfficeCertificate) -> ssl.SSLContext:
    """Return a TLS context that trusts this office's authority and nothing else, host names checked."""
    if office_certificate(office.pem).pin != office.pin:
        raise certificate_changed("pin and certificate differ")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cadata=office.pem)
    return context
