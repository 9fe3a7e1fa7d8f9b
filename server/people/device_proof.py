"""Proves that a request comes from a registered device: an Ed25519 signature over what it says."""

import base64
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.core.database import Database
from server.core.isolation import organisations_of_device

_DEVICE = "SELECT person_id, public_key, name FROM device WHERE organisation_id = :o AND id = :id"


@dataclass(frozen=True)
class ProvenDevice:
    """A device that signed what it says; `person_id` is whose work it holds."""

    organisation_id: str
    person_id: str
    name: str


def proven_device(database: Database, device_id: str, signature: str, content: str) -> ProvenDevice | None:
    """Return the registered device that signed the content, whichever institute's it is; None where none did."""
    with database.read() as db:
        known = organisations_of_device(db, device_id)
    for organisation_id in known:
        with database.read() as db:
            row = db.one(_DEVICE, o=organisation_id, id=device_id)
        if row is not None and is_signed(row[1], signature, content):
            return ProvenDevice(organisation_id, str(row[0]), str(row[2]))
    return None


def is_signed(public_key: str, signature: str, content: str) -> bool:
    """Tell whether the device with this public key (base64, raw) signed the content."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        key.verify(base64.b64decode(signature, validate=True), content.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
