"""The operating system's keychain, or memory where there is none; never a file."""

from typing import Protocol

SERVICE = "Campusdesk"


class Keychain(Protocol):
    """Small secrets by name. `is_lasting` is False where they are gone when the program ends, which people are told."""

    is_lasting: bool

    def get(self, name: str) -> str | None:
        """Return a secret, or None."""

    def set(self, name: str, secret: str) -> None:
        """Keep a secret."""

    def delete(self, name: str) -> None:
        """Forget a secret; one that isn't there is forgotten already."""


class MemoryKeychain:
    """Secrets that last as long as the program runs."""

    def __init__(self, *, is_lasting: bool = False) -> None:
        self.is_lasting = is_lasting
        self._secrets: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """Return a secret, or None."""
        return self._secrets.get(name)

    def set(self, name: str, secret: str) -> None:
        """Keep a secret."""
        self._secrets[name] = secret

    def delete(self, name: str) -> None:
        """Forget a secret."""
        self._secrets.pop(name, None)


class SystemKeychain:
    """The keychain of the operating system, by the keyring library."""

    is_lasting = True

    def get(self, name: str) -> str | None:
        """Return a secret, or None."""
        import keyring

        return keyring.get_password(SERVICE, name)

    def set(self, name: str, secret: str) -> None:
        """Keep a secret."""
        import keyring

        keyring.set_password(SERVICE, name, secret)

    def delete(self, name: str) -> None:
        """Forget a secret."""
        import keyring

        if keyring.get_password(SERVICE, name) is not None:
            keyring.delete_password(SERVICE, name)


_REAL = (
    "keyring.backends.Windows.",
    "keyring.backends.macOS.",
    "keyring.backends.SecretService.",
    "keyring.backends.libsecret.",
    "keyring.backends.kwallet.",
)


def open_keychain() -> Keychain:
    """Return the system's keychain if there is one that works, else memory.

    A backend that writes files in clear counts as none. Takes a moment the first time: call it in a worker.
    """
    import keyring
    import keyring.errors

    backend = keyring.get_keyring()
    candidates = getattr(backend, "backends", [backend])
    names = [f"{type(one).__module__}.{type(one).__name__}" for one in candidates]
    if not names or not all(name.startswith(_REAL) for name in names):
        return MemoryKeychain()
    try:
        keyring.get_password(SERVICE, "probe")
    except keyring.errors.KeyringError:
        return MemoryKeychain()
    return SystemKeychain()
