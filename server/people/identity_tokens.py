"""Checks what a provider says of a person: signature with fixed algorithms, for whom, by whom, when, and for what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt

from shared.core.errors import CampusError
from shared.core.text import text

ALGORITHMS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
"""What is taken, each with the kind of key that it fits; `none` and keys that both sides share are not among them."""
_SKEW_SECONDS = 60
_OLDEST_SECONDS = 600
_LONGEST = 255
_LONGEST_MAIL = 254


@dataclass(frozen=True)
class Expected:
    """What an answer has to say; `now` is the server's own time."""

    issuer: str
    client_id: str
    nonce: str
    now: datetime


@dataclass(frozen=True)
class Identity:
    """Whom a provider vouches for. `email` is empty unless the provider says that it was verified."""

    subject: str
    email: str
    given_name: str
    family_name: str
    multi_factor: bool
    expires_at: datetime


def refused(reason: str) -> CampusError:
    """Return the error for an answer that can't be trusted; `reason` is a word for the log and for tests."""
    message = text("The provider's answer can't be trusted, so nobody was signed in. Start again.")
    return CampusError("identity_refused", message, {"reason": reason})


class UnknownKeyError(Exception):
    """The token was signed with a key that isn't in the set: the provider may have new ones."""


def read_id_token(token: str, keys: Sequence[Mapping[str, Any]], expected: Expected) -> Identity:
    """Return whom a token speaks of.

    Raises CampusError `identity_refused` with the reason: malformed, algorithm, signature, issuer, audience, azp,
    expired, from_future, too_old, nonce, subject. Raises UnknownKeyError.
    """
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise refused("malformed") from None
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS or "crit" in header:
        raise refused("algorithm")
    key = _key_for(header.get("kid"), str(algorithm), keys)
    try:
        # The times are held against our own clock below.
        options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
        claims = jwt.decode(token, key, algorithms=[str(algorithm)], options=options)
    except jwt.InvalidSignatureError:
        raise refused("signature") from None
    except (jwt.PyJWTError, ValueError, TypeError):
        raise refused("malformed") from None
    _check_parties(claims, expected)
    expires = _check_times(claims, expected.now)
    if not isinstance(claims.get("nonce"), str) or claims["nonce"] != expected.nonce:
        raise refused("nonce")
    return _identity(claims, expires)


def _key_for(kid: object, algorithm: str, keys: Sequence[Mapping[str, Any]]) -> jwt.PyJWK:
    fitting = [
        one for one in keys
        if one.get("kty") == ALGORITHMS[algorithm] and one.get("use", "sig") == "sig"
        and one.get("alg", algorithm) == algorithm
    ]  # fmt: skip
    found = [one for one in fitting if one.get("kid") == kid] if kid is not None else fitting
    if len(found) != 1:
        raise UnknownKeyError
    try:
        return jwt.PyJWK.from_dict(dict(found[0]), algorithm=algorithm)
    except (jwt.PyJWTError, ValueError, TypeError):
        raise refused("malformed") from None


def _check_parties(claims: Mapping[str, Any], expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise refused("issuer")
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if expected.client_id not in named:
        raise refused("audience")
    # A token for several is ours only where it says that it was made for us.
    if (len(named) > 1 or "azp" in claims) and claims.get("azp") != expected.client_id:
        raise refused("azp")


def _check_times(claims: Mapping[str, Any], now: datetime) -> datetime:
    present = now.timestamp()
    expires, issued = claims.get("exp"), claims.get("iat")
    if not _is_time(expires) or not _is_time(issued):
        raise refused("malformed")
    assert isinstance(expires, int | float)  # noqa: S101 - checked above
    assert isinstance(issued, int | float)  # noqa: S101 - same
    if expires <= present:
        raise refused("expired")
    if issued > present + _SKEW_SECONDS or _begins_later(claims.get("nbf"), present):
        raise refused("from_future")
    if issued < present - _OLDEST_SECONDS:
        raise refused("too_old")
    return datetime.fromtimestamp(min(expires, present + 86_400), tz=now.tzinfo)


def _begins_later(begins: object, present: float) -> bool:
    return begins is not None and (not _is_time(begins) or float(str(begins)) > present + _SKEW_SECONDS)


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e11


def _identity(claims: Mapping[str, Any], expires: datetime) -> Identity:
    subject, email, means = claims.get("sub"), claims.get("email"), claims.get("amr")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST or not subject.isprintable():
        raise refused("subject")
    verified = claims.get("email_verified") is True and isinstance(email, str) and len(email) <= _LONGEST_MAIL
    return Identity(
        subject=subject,
        email=str(email).strip() if verified else "",
        given_name=_name(claims, "given_name") or _name(claims, "name"),
        family_name=_name(claims, "family_name"),
        multi_factor=isinstance(means, list) and "mfa" in means,
        expires_at=expires,
    )


def _name(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    kept = "".join(letter for letter in value if letter.isprintable()) if isinstance(value, str) else ""
    return kept.strip()[:100]
