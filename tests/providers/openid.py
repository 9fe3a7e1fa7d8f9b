"""An identity provider on loopback that speaks OpenID Connect as the real ones do, with a knob for each fault."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

CLIENT_ID, SECRET = "campusdesk-desktop", "a secret with spaces + signs"
_KEYS: list[RSAPrivateKey] = []


def rsa_keys() -> list[RSAPrivateKey]:
    """Two keys, made once for all tests."""
    while len(_KEYS) < 2:
        _KEYS.append(generate_private_key(public_exponent=65_537, key_size=2_048))
    return _KEYS


@dataclass
class OpenIdProvider:
    """Vouches for `person`. `faults` are words: see `claims`, `token` and `Handler` for what each of them does."""

    now: Callable[[], datetime]
    url: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {
        "sub": "google-1001", "email": "ama@km.example", "email_verified": True, "given_name": "Ama",
        "family_name": "Mensah",
    })  # fmt: skip
    faults: set[str] = field(default_factory=set)
    changes: dict[str, Any] = field(default_factory=dict)
    """Claims that are set as they are; None takes one away."""
    document: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    last_token: str = ""

    @property
    def issuer(self) -> str:
        return self.url

    def described(self) -> dict[str, Any]:
        """The discovery document."""
        return {
            "issuer": "https://another.example" if "changed_issuer" in self.faults else self.issuer,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            **self.document,
        }

    def keys(self) -> dict[str, Any]:
        """The public keys; after `rotated` there is a second one, which signs."""
        shown = rsa_keys() if "rotated" in self.faults else rsa_keys()[:1]
        return {"keys": [self._jwk(key, f"key-{at}") for at, key in enumerate(shown, 1)]}

    @staticmethod
    def _jwk(key: RSAPrivateKey, kid: str) -> dict[str, Any]:
        return {**json.loads(RSAAlgorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig", "alg": "RS256"}

    # ---------------------------------------------------------------------------------------------------- the browser

    def browse(self, address: str, **changed: str) -> dict[str, str]:
        """What the browser brings back from `address` after the person has agreed: code and state."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        back = {"code": code, "state": query["state"], **changed}
        if "iss" in self.faults:
            back["iss"] = self.issuer
        return back

    def come_back(self, address: str) -> str:
        """The address to which the browser is sent back."""
        query = parse_qs(urlsplit(address).query)
        return f"{query['redirect_uri'][0]}?{urlencode(self.browse(address))}"

    # ------------------------------------------------------------------------------------------------------ the token

    def claims(self, query: dict[str, str]) -> dict[str, Any]:
        """What the token says."""
        now = self.now()
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(hours=1)).timestamp()),
            "nonce": query["nonce"],
            **self.person,
        }
        if "another_client" in self.faults:
            claims["aud"] = "somebody-elses"
        if "wrong_nonce" in self.faults:
            claims["nonce"] = "another"
        if "old" in self.faults:
            claims |= {"iat": claims["iat"] - 7_200, "exp": claims["exp"] - 7_200}
        return {name: value for name, value in {**claims, **self.changes}.items() if value is not None}

    def token(self, query: dict[str, str]) -> str:
        """The ID token."""
        if "replayed" in self.faults and self.last_token:
            return self.last_token
        claims, keys = self.claims(query), rsa_keys()
        if "alg_none" in self.faults:
            return jwt.encode(claims, "", algorithm="none", headers={"kid": "key-1"})
        if "shared_key" in self.faults:
            return _signed_with_public_key(claims, keys[0])
        if "html" in self.faults:
            return "<html>not a token</html>"
        signer, kid = (keys[1], "key-2") if "rotated" in self.faults else (keys[0], "key-1")
        if "wrong_key" in self.faults:
            signer = keys[1]
        if "unknown_key" in self.faults:
            kid = "key-9"
        self.last_token = jwt.encode(claims, signer, algorithm="RS256", headers={"kid": kid})
        return self.last_token

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Give a token for a code, as strictly as RFC 6749, 7636 and 8252 want it."""
        query = self.codes.pop(form.get("code", ""), None)
        wanted = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        if authorization != f"Basic {wanted}":
            return 401, {"error": "invalid_client"}
        if query is None or form.get("redirect_uri") != query["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != query["code_challenge"]:
            return 400, {"error": "invalid_grant", "error_description": "PKCE"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.token(query)}


def _signed_with_public_key(claims: dict[str, Any], key: RSAPrivateKey) -> str:
    """A token whose HMAC key is the provider's public key: the old trick against those who believe `alg`."""
    import hmac

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "kid": "key-1"}, claims)]
    told = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = hmac.new(public, told, hashlib.sha256).digest()
    return (told + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


class _Handler(BaseHTTPRequestHandler):
    """Answers for `provider`, which each server's own subclass names."""

    provider: OpenIdProvider

    def do_GET(self) -> None:
        provider = self.provider
        provider.asked.append((self.path, {}))
        pages = {"/.well-known/openid-configuration": provider.described, "/keys": provider.keys}
        if "redirects" in provider.faults:
            self._say(302, b"", {"Location": f"{provider.url}/elsewhere"})
        elif "huge" in provider.faults:
            self._say(200, b'{"a": "' + b"x" * 300_000 + b'"}')
        elif "broken" in provider.faults or self.path not in pages:
            self._say(500, b"<html>500</html>")
        else:
            self._say(200, json.dumps(pages[self.path]()).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self.provider.asked.append((self.path, form))
        if "token_redirects" in self.provider.faults:
            self._say(307, b"", {"Location": f"{self.provider.url}/elsewhere"})
            return
        status, content = self.provider.exchange(form, self.headers.get("authorization", ""))
        self._say(status, json.dumps(content).encode())

    def _say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@contextmanager
def open_id_provider(now: Callable[[], datetime]) -> Iterator[OpenIdProvider]:
    """A provider that answers on loopback for the time of the `with` block."""
    provider = OpenIdProvider(now)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": provider}))
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(60)
