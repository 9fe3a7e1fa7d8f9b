"""The order by which a lost computer wipes itself: signed by the server, for one device."""

import base64
from dataclasses import dataclass

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


@dataclass(frozen=True)
class WipeOrder:
    """An order that the server of this device signed."""

    organisation_id: str
    device_id: str


def read_order(order: str, public_key: str) -> WipeOrder | None:
    """Return what an order says; None where the server whose key this is didn't sign it as an order to wipe."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        claims = jwt.decode(order, key, algorithms=["EdDSA"], audience="wipe", options={"verify_iat": False})
        return WipeOrder(str(claims["organisation_id"]), str(claims["device_id"]))
    except (jwt.InvalidTokenError, KeyError, ValueError):
        return None
