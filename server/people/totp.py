"""Codes of an authenticator app (RFC 6238): which one a moment has, and which moment a code belongs to."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

DIGITS = 6
PERIOD_SECONDS = 30
SECRET_BYTES = 20
_STEPS_AWAY = 1


def new_secret() -> bytes:
    """Return 160 random bits."""
    return secrets.token_bytes(SECRET_BYTES)


def secret_text(secret: bytes) -> str:
    """Return the secret as people type it into an app: base32 without padding."""
    return base64.b32encode(secret).decode().rstrip("=")


def secret_of(typed: str) -> bytes:
    """Return a secret from the form that `secret_text` gives."""
    return base64.b32decode(typed + "=" * (-len(typed) % 8))


def address_of(secret: bytes, institute: str, name: str) -> str:
    """Return the `otpauth` address that an app reads from a QR code."""
    # A colon would end the name of the institute too early.
    issuer = institute.replace(":", " ")
    label = f"{quote(issuer, safe='')}:{quote(name.replace(':', ' '), safe='')}"
    told = {"secret": secret_text(secret), "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS}
    return f"otpauth://totp/{label}?{urlencode(told | {'period': PERIOD_SECONDS}, quote_via=quote)}"


def step_of(moment: datetime) -> int:
    """Return the number of the 30 seconds that `moment` lies in."""
    return int(moment.timestamp()) // PERIOD_SECONDS


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """Return the code of one step."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: bytes, code: str, now: datetime) -> int | None:
    """Return the step whose code this is, the present one or the one before or after it; None where it is neither.

    Every step is compared, so that the time taken doesn't tell which one it was.
    """
    present = step_of(now)
    steps = range(present - _STEPS_AWAY, present + _STEPS_AWAY + 1)
    found = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), code.encode())]
    return max(found) if found else None
