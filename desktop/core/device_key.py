"""The device's own Ed25519 key: what proves to the server that a request comes from this install."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.core.keychain import Keychain


class DeviceKey:
    """A device key; `packed` is its private half as base64 of 32 raw bytes, for keychain or encrypted store only."""

    def __init__(self, packed: str | None = None) -> None:
        if packed is None:
            self._key = Ed25519PrivateKey.generate()
        else:
            self._key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(packed))

    @property
    def packed(self) -> str:
        """The private half, to be kept."""
        return base64.b64encode(self._key.private_bytes_raw()).decode()

    @property
    def public(self) -> str:
        """The public half as base64 of 32 raw bytes, as the server registers it."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def sign(self, message: str) -> str:
        """Return the signature of a text as base64."""
        return base64.b64encode(self._key.sign(message.encode())).decode()


def known_device_key(keychain: Keychain, device_id: str) -> DeviceKey | None:
    """Return the key that the keychain has for `device_id`, or None."""
    packed = keychain.get(f"device {device_id}")
    return DeviceKey(packed) if packed else None


def device_key(keychain: Keychain, device_id: str, kept_in_store: str | None = None) -> DeviceKey:
    """Return the key of `device_id` from the open store where there is no keychain, else from that, else a new one."""
    name = f"device {device_id}"
    packed = kept_in_store or keychain.get(name)
    key = DeviceKey(packed)
    if keychain.get(name) != key.packed:
        keychain.set(name, key.packed)
    return key
