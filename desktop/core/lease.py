"""The offline lease: how long a store may be written to without hearing from the server."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.core.errors import CampusError
from shared.core.text import text


@dataclass(frozen=True)
class Lease:
    """A lease that the server signed: for whom, on which device, until when."""

    person_id: str
    device_id: str
    ends_at: datetime

    def check(self, now: datetime) -> None:
        """Raise CampusError `lease_over` when it is over; reading and sending go on all the same."""
        if now >= self.ends_at:
            raise lease_over(self.ends_at)


def verify(token: str, public_key: str, person_id: str, device_id: str) -> Lease:
    """Return the lease in a signed text; the time it ends is not checked here.

    Raises CampusError `lease_invalid` when it wasn't signed by the server or is for someone else.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        claims = jwt.decode(
            token,
            key,
            algorithms=["EdDSA"],
            audience="lease",
            options={"verify_exp": False, "verify_iat": False, "require": ["exp"]},
        )
        lease = Lease(claims["person_id"], claims["device_id"], datetime.fromtimestamp(int(claims["exp"]), UTC))
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as problem:
        raise _invalid() from problem
    if (lease.person_id, lease.device_id) != (person_id, device_id):
        raise _invalid()
    return lease


def issued_at(token: str) -> datetime | None:
    """Return when the server made a lease, by its own clock and to the second; None where it doesn't say."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
        return datetime.fromtimestamp(int(claims["iat"]), UTC)
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError):
        return None


def _invalid() -> CampusError:
    return CampusError(
        "lease_invalid",
        text("The permission to work offline on this computer can't be read. Sign in with a network to renew it."),
    )


def lease_over(ends_at: datetime) -> CampusError:
    """The error for a write after the lease."""
    return CampusError(
        "lease_over",
        text(
            "Working offline here ended on {day:%d %b %Y}. You can still read, and what you saved is still sent."
            " Connect to the network to go on working.",
            day=ends_at,
        ),
        {"ended_at": ends_at.isoformat()},
    )
