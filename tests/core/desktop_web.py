"""A real web server on loopback, with TLS from an office's own authority, for trying the client's transport."""

import datetime as dt
import http.server
import ipaddress
import json
import ssl
import threading
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from desktop.core.system_clock import SystemClock

DEVICE = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"


class Office:
    """A certificate authority and the certificates it signs."""

    def __init__(self, name: str = "Office", key: ec.EllipticCurvePrivateKey | None = None) -> None:
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._signed(self.name, self.key, days=(-1, 3650), authority=True)
        self.pem = self.certificate.public_bytes(Encoding.PEM).decode()

    def _signed(
        self, subject: x509.Name, key: Any, days: tuple[int, int], authority: bool = False, host: str = ""
    ) -> Any:
        now = SystemClock().now()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + dt.timedelta(days=days[0]))
            .not_valid_after(now + dt.timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        if authority:
            usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        if host:
            names = [x509.IPAddress(ipaddress.ip_address(host))] if host[0].isdigit() else [x509.DNSName(host)]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def context(self, folder: Path, host: str = "127.0.0.1", days: tuple[int, int] = (-1, 397)) -> ssl.SSLContext:
        """A server's TLS context with a certificate for `host`."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        leaf = self._signed(subject, key, days, host=host)
        path = folder / f"leaf-{leaf.serial_number}.pem"
        path.write_bytes(
            leaf.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


class _Handler(http.server.BaseHTTPRequestHandler):
    web: "Web"
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else self._chunks()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.web.asked.append((self.command, self.path, headers, body))
        given = self.web.answers.get((self.command, self.path.split("?")[0]), (404, {}, b"{}"))
        status, extra, content = given(headers, body) if callable(given) else given
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in extra.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _chunks(self) -> bytes:
        parts = []
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
        return b"".join(parts)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _answer  # noqa: N815 - the names that the library calls

    def log_message(self, *_arguments: Any) -> None:
        return


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments: Any) -> None:
        return


class Web:
    """Answers with what `answers` has for (method, path): (status, headers, body) or a callable that gives it."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.answers: dict[tuple[str, str], Any] = {}
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"web": self}))
        scheme = "http"
        if context is not None:
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
            scheme = "https"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def json(self, method: str, path: str, value: Any, status: int = 200, **headers: str) -> None:
        """Answer with JSON from now on."""
        self.answers[method, path] = (status, headers, json.dumps(value).encode())

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(60)


class Pauses(list):
    """Notes the pauses instead of waiting; ends the tries when told to."""

    give_up = False

    def __call__(self, seconds):
        self.append(seconds)
        return self.give_up


def refreshed(**changes: Any) -> dict[str, Any]:
    """The answer to a sign-in or a refresh."""
    return {
        "data": {
            "access_token": "second",
            "access_expires_at": "2026-11-20T09:15:00.000Z",
            "refresh_token": "refresh-2",
            "refresh_expires_at": "2026-11-27T08:00:00.000Z",
            "person": {"id": "p", "name": "Ama", "roles": ["instructor"], "permissions": ["attendance.take"]},
            "organisation": {"id": "o", "slug": "s", "name": "S"},
            "device": {"id": DEVICE, "install_epoch": 1, "escrow_secret": "AA=="},
            "lease": "l",
            "lease_public_key": "k",
            **changes,
        }
    }
