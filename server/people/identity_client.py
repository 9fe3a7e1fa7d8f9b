"""Speaks OpenID Connect with providers: discovery, keys, and the exchange of a code for a token."""

import base64
import hashlib
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from server.people.identity_outbound import Outbound, provider_away
from server.people.identity_tokens import Expected, Identity, UnknownKeyError, read_id_token, refused

_KNOWN_SECONDS = 600.0
_KEYS_SECONDS = 60.0
_REMEMBERED = 200
_SCOPE = "openid email profile"


@dataclass(frozen=True)
class Provider:
    """A provider with this institute's client at it; `secret` is empty for a public client."""

    issuer: str
    client_id: str
    secret: str = field(repr=False, default="")


@dataclass(frozen=True)
class Secrets:
    """What ties one sign-in in the browser to its answer: `verifier` is PKCE's."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def made(cls) -> "Secrets":
        """Return fresh ones of 256 bits each."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    @property
    def challenge(self) -> str:
        """The S256 challenge of the verifier."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass
class _Known:
    document: Mapping[str, Any]
    until: float
    keys: list[Mapping[str, Any]] = field(default_factory=list)
    keys_since: float = float("-inf")


class IdentityClient:
    """Remembers what providers say of themselves for ten minutes; asks for keys anew at most once a minute."""

    def __init__(self, outbound: Outbound, monotonic: Callable[[], float]) -> None:
        self._outbound = outbound
        self._monotonic = monotonic
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def discover(self, issuer: str) -> Mapping[str, Any]:
        """Return a provider's description of itself. Raises CampusError `provider_away` or `provider_address`."""
        return self._of(issuer).document

    def address(self, provider: Provider, made: Secrets, redirect_uri: str) -> str:
        """Return the address at which the browser begins."""
        document = self.discover(provider.issuer)
        asked = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": _SCOPE,
            "state": made.state,
            "nonce": made.nonce,
            "code_challenge": made.challenge,
            "code_challenge_method": "S256",
        }
        endpoint = str(document["authorization_endpoint"])
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"

    def check_answer(self, provider: Provider, issuer: str | None) -> None:
        """Refuse an answer that names another issuer, or none where the provider says that it names itself."""
        says_so = self.discover(provider.issuer).get("authorization_response_iss_parameter_supported") is True
        if issuer != provider.issuer and (issuer is not None or says_so):
            raise refused("issuer")

    def exchange(self, provider: Provider, code: str, verifier: str, redirect_uri: str) -> str:
        """Give the code away and return the ID token. Raises CampusError `identity_refused` or `provider_away`."""
        document = self.discover(provider.issuer)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri,
                "client_id": provider.client_id, "code_verifier": verifier}  # fmt: skip
        basic = None
        if provider.secret:
            methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
            if "client_secret_basic" in methods:
                basic = (provider.client_id, provider.secret)
            else:
                form["client_secret"] = provider.secret
        taken, content = self._outbound.post(str(document["token_endpoint"]), form, basic)
        token = content.get("id_token")
        if not taken or not isinstance(token, str) or not token.isascii():
            raise refused("code")
        return token

    def read(self, provider: Provider, token: str, expected: Expected) -> Identity:
        """Return whom an ID token speaks of; a key that isn't known is looked for once more at the provider."""
        known = self._of(provider.issuer)
        try:
            return read_id_token(token, self._keys(known), expected)
        except UnknownKeyError:
            if self._monotonic() - known.keys_since < _KEYS_SECONDS:
                raise refused("signature") from None
        known.keys_since = float("-inf")
        try:
            return read_id_token(token, self._keys(known), expected)
        except UnknownKeyError:
            raise refused("signature") from None

    def _of(self, issuer: str) -> _Known:
        now = self._monotonic()
        known = self._known.get(issuer)
        if known is not None and known.until > now:
            return known
        document = self._outbound.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if document.get("issuer") != issuer:
            raise provider_away("it calls itself by another name")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            address = document.get(name)
            if not isinstance(address, str):
                raise provider_away(f"{name} is missing")
            self._outbound.check(address)
        with self._lock:
            while len(self._known) >= _REMEMBERED:
                self._known.pop(next(iter(self._known)))
            known = self._known[issuer] = _Known(document, now + _KNOWN_SECONDS)
        return known

    def _keys(self, known: _Known) -> list[Mapping[str, Any]]:
        now = self._monotonic()
        if now - known.keys_since >= _KNOWN_SECONDS:
            keys = self._outbound.get(str(known.document["jwks_uri"])).get("keys")
            if not isinstance(keys, list):
                raise provider_away("it has no keys")
            known.keys = [one for one in keys if isinstance(one, dict)]
            known.keys_since = now
        return known.keys
