"""Proves that a request comes from a registered device: an Ed25519 signature over what it says."""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def is_signed(public_key: str, signature: str, content: str) -> bool:
    """Tell whether the device with this public key (base64, raw) signed the content."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        key.verify(base64.b64decode(signature, validate=True), content.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
