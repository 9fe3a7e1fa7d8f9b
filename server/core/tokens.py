"""Short signed tokens: access tokens that open the API for minutes, leases that let a device work offline for days."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt

from server.core.keys import Keys
from shared.core.clock import Clock

_ISSUER = "campusdesk"
_ACCESS, _LEASE, _WIPE = "access", "lease", "wipe"
_SECRET_BYTES = 32
_REMEMBERED = 4_096


@dataclass(frozen=True)
class Claims:
    """What an access token says. `roles` only choose a rate limit; permissions are looked up at every request."""

    organisation_id: str
    person_id: str
    sign_in_id: str
    device_id: str
    roles: tuple[str, ...]
    expired: bool = False


class Tokens:
    """Signs and reads access tokens (HS256) and leases (EdDSA); the algorithm is never taken from the token."""

    def __init__(self, keys: Keys, clock: Clock, access_minutes: int, lease_days: int) -> None:
        self._keys = keys
        self._clock = clock
        self._access_life = timedelta(minutes=access_minutes)
        self._lease_life = timedelta(days=lease_days)
        self._lease_key = keys.lease_key
        # A device shows the same token at every request for minutes; whether its time is over is asked each time.
        self._known = lru_cache(_REMEMBERED)(self._read)
        self.lease_public_key = keys.lease_public_key

    def access(
        self, organisation_id: str, person_id: str, sign_in_id: str, device_id: str, roles: Sequence[str]
    ) -> tuple[str, datetime]:
        """Return an access token and when it ends."""
        now = self._clock.now()
        content = {
            "iss": _ISSUER,
            "aud": _ACCESS,
            "org": organisation_id,
            "sub": person_id,
            "sid": sign_in_id,
            "dev": device_id,
            "rol": list(roles),
            "iat": int(now.timestamp()),
            "exp": int((now + self._access_life).timestamp()),
        }
        return jwt.encode(content, self._keys.access_token, algorithm="HS256"), now + self._access_life

    def read_access(self, token: str) -> Claims | None:
        """Return what an access token says, with `expired` set where its time is over; None where it isn't ours."""
        known = self._known(token)
        if known is None:
            return None
        claims, ends = known
        return replace(claims, expired=True) if ends <= self._clock.now().timestamp() else claims

    def _read(self, token: str) -> tuple[Claims, float] | None:
        content = self._decoded(token)
        if content is None:
            return None
        try:
            claims = Claims(
                organisation_id=content["org"],
                person_id=content["sub"],
                sign_in_id=content["sid"],
                device_id=content["dev"],
                roles=tuple(content["rol"]),
            )
            return claims, float(content["exp"])
        except (KeyError, TypeError, ValueError):
            return None

    def _decoded(self, token: str) -> dict[str, Any] | None:
        # The time is checked against our own clock above, so that tests and the simulator own it.
        options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["exp", "sub"]}
        try:
            return jwt.decode(
                token, self._keys.access_token, algorithms=["HS256"], audience=_ACCESS, issuer=_ISSUER, options=options
            )
        except jwt.PyJWTError:
            return None

    def lease(self, organisation_id: str, person_id: str, device_id: str) -> str:
        """Return the lease that lets a device go on offline; it is checked with `lease_public_key`."""
        now = self._clock.now()
        content = {
            "aud": _LEASE,
            "organisation_id": organisation_id,
            "person_id": person_id,
            "device_id": device_id,
            "iat": int(now.timestamp()),
            "exp": int((now + self._lease_life).timestamp()),
        }
        return jwt.encode(content, self._lease_key, algorithm="EdDSA")

    def wipe_order(self, organisation_id: str, device_id: str, loss_id: str) -> str:
        """Return the order by which a lost device wipes itself; it is checked with `lease_public_key`."""
        content = {
            "aud": _WIPE,
            "organisation_id": organisation_id,
            "device_id": device_id,
            "loss_id": loss_id,
            "iat": int(self._clock.now().timestamp()),
        }
        return jwt.encode(content, self._lease_key, algorithm="EdDSA")

    def read_wipe_order(self, order: str) -> tuple[str, str, str] | None:
        """Return organisation, device and loss of an order that this server gave; None for anything else."""
        try:
            options: Any = {"verify_iat": False}
            key = self._lease_key.public_key()
            content = jwt.decode(order, key, algorithms=["EdDSA"], audience=_WIPE, options=options)
            return str(content["organisation_id"]), str(content["device_id"]), str(content["loss_id"])
        except (jwt.PyJWTError, KeyError):
            return None


def first_refresh_token(organisation_id: str, sign_in_id: str) -> str:
    """Return the first refresh token of a sign-in: its place, then 256 random bits."""
    return f"{organisation_id}.{sign_in_id}.{secrets.token_urlsafe(_SECRET_BYTES)}"


def following_refresh_token(keys: Keys, token: str) -> str:
    """Return the refresh token that follows `token`."""
    organisation_id, sign_in_id, _ = token.split(".", 2)
    return f"{organisation_id}.{sign_in_id}.{keys.next_refresh_token(token)}"
