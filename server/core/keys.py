"""The server's own keys: what signs access tokens and leases, peppers passwords and seals secrets in the database."""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.core.secret_files import read_secret, write_secret
from shared.core.errors import CampusError
from shared.core.text import text

_NAMES = ("access_token", "refresh", "pepper", "lease", "seal")
_KEY_BYTES = 32
_NONCE_BYTES = 12


@dataclass(frozen=True, repr=False)
class Keys:
    """Five keys of 32 bytes each. `lease` is the seed of an Ed25519 key, the others are symmetric."""

    access_token: bytes
    refresh: bytes
    pepper: bytes
    lease: bytes
    seal: bytes

    @classmethod
    def made(cls) -> Self:
        """Return fresh keys."""
        return cls(*(secrets.token_bytes(_KEY_BYTES) for _ in _NAMES))

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """Return keys from `packed()`; raises CampusError `keys_unreadable`."""
        try:
            content = json.loads(packed)["keys"]
            keys = [base64.b64decode(content[name], validate=True) for name in _NAMES]
            Ed25519PrivateKey.from_private_bytes(keys[_NAMES.index("lease")])
        except (ValueError, KeyError, TypeError):
            message = text("The server's key file is damaged. Put the copy from your backup in its place.")
            raise CampusError("keys_unreadable", message) from None
        return cls(*keys)

    def packed(self) -> bytes:
        """Return them as JSON, for a file that only the server reads."""
        content = {name: base64.b64encode(getattr(self, name)).decode() for name in _NAMES}
        return json.dumps({"format": 1, "keys": content}, indent=1).encode()

    @property
    def lease_key(self) -> Ed25519PrivateKey:
        """What signs leases, and the entry that a restored backup leaves in the audit chain."""
        return Ed25519PrivateKey.from_private_bytes(self.lease)

    @property
    def lease_public_key(self) -> str:
        """Its public half: 32 bytes in base64."""
        raw = self.lease_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64encode(raw).decode()

    def sealed(self, secret: bytes, *place: str) -> str:
        """Return `secret` encrypted for one place in the database; it opens there and nowhere else."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        box = AESGCM(self.seal).encrypt(nonce, secret, "\x1f".join(place).encode())
        return base64.b64encode(nonce + box).decode()

    def opened(self, sealed: str, *place: str) -> bytes:
        """Return what was sealed for `place`; raises CampusError `seal_broken`."""
        raw = base64.b64decode(sealed)
        try:
            return AESGCM(self.seal).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], "\x1f".join(place).encode())
        except InvalidTag:
            message = text("The server's keys don't fit its database. Put the key file that belongs to it back.")
            raise CampusError("seal_broken", message) from None

    def next_refresh_token(self, token: str) -> str:
        """Return the secret part of the token that follows `token`.

        It is always the same one, so a lost answer can be given again without keeping tokens.
        """
        digest = hmac.new(self.refresh, token.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def load_keys(path: Path) -> Keys:
    """Return the keys in `path`; raises CampusError `not_set_up` where there are none."""
    if not path.exists():
        message = text("The server isn't set up yet: {path} is missing. Run campusdesk-server init.", path=path)
        raise CampusError("not_set_up", message)
    return Keys.unpacked(read_secret(path))


def make_keys(path: Path) -> Keys:
    """Return the keys in `path`, made now where there are none; existing ones are never replaced."""
    if not path.exists():
        write_secret(path, Keys.made().packed())
    return load_keys(path)
