"""The key of the local store and its two wraps: (a) password and keychain, (b) the server's escrow secret."""

import base64
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from desktop.core import key_file, wrong_passwords
from desktop.core.key_file import EscrowWrap, KeyFile, PasswordWrap
from desktop.core.keychain import Keychain
from desktop.core.steps import Step, no_step
from desktop.core.store_file import KEY_BYTES
from desktop.core.wrong_passwords import MOST, Tries
from shared.core.clock import Clock, instant_text
from shared.core.errors import CampusError
from shared.core.text import plural, text

SCRYPT_N = 2**15
_SALT, _NONCE = 16, 12
RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True)
class Keys:
    """Opens and makes the wraps in the key file of one store's folder.

    `scrypt_n` is the cost of a guess (32 MB and about 100 ms at the default).
    """

    folder: Path
    keychain: Keychain
    clock: Clock
    random_bytes: RandomBytes = os.urandom
    scrypt_n: int = SCRYPT_N
    step: Step = no_step

    def file(self) -> KeyFile | None:
        """Return the key file, or None where this computer has no store of that person."""
        return key_file.read(self.folder)

    def create(self, file: KeyFile, password: str, escrow_secret: bytes) -> bytes:
        """Make a random store key, wrap it both ways and write the key file; returns the key."""
        key = self.random_bytes(KEY_BYTES)
        wrapped = file.model_copy(update={"escrow": self._escrow_wrap(file, escrow_secret, key)})
        self._write(self._with_password(wrapped, password, key))
        return key

    def open_with_password(self, password: str) -> bytes:
        """Return the store key, offline; counts wrong passwords.

        Raises CampusError `password_wrong`, `wait_before_retry`, `locked_until_online`, `clock_set_back`,
        `first_sign_in_needs_network`.
        """
        file = self._needed_file()
        now = self.clock.now()
        tries = wrong_passwords.known(file, self.keychain)
        wrong_passwords.check_clock(tries, now)
        wrong_passwords.check_wait(tries, now)
        if file.password is None:
            raise wrong_passwords.locked()
        # Counted before the try, so that ending the program in the middle doesn't give a free one.
        counted = Tries(tries.wrong + 1, instant_text(now), max(tries.high_water, instant_text(now)))
        noted = wrong_passwords.note(file, self.keychain, counted)
        self._write(noted)
        key = self._unwrap_password(noted, password)
        if key is not None:
            self._write(wrong_passwords.note(noted, self.keychain, replace(counted, wrong=0, last_wrong_at=None)))
            return key
        if counted.wrong >= MOST:
            self._write(noted.model_copy(update={"password": None, "locked": True}))
            self.keychain.delete(self._secret_name(file))
            raise wrong_passwords.locked()
        raise _wrong(MOST - counted.wrong)

    def fits(self, password: str) -> bool:
        """Tell whether a password opens the store that is open already.

        Wrong ones aren't counted against its owner, since others may stand at the keyboard; the caller slows them down.
        CampusError `keychain_missing` where this can't be told.
        """
        return self._unwrap_password(self._needed_file(), password) is not None

    def open_with_escrow(self, escrow_secret: bytes, password: str | None) -> bytes:
        """Return the store key after an online sign-in, and wrap it anew under the password that was right there.

        None where somebody else vouched for the person: what the store was wrapped under before stays as it is.

        Raises CampusError `escrow_refused` when the server's secret doesn't belong to this store.
        """
        file = self._needed_file()
        key = None
        if file.escrow is not None:
            key = _open(_stretch(escrow_secret, file.escrow.salt, b"escrow"), file.escrow.sealed, _aad(file, "escrow"))
        if key is None:
            raise CampusError(
                "escrow_refused",
                text(
                    "This computer's copy of your work was made for another registration of the device. Nothing was"
                    " deleted. Ask the office to recover what you had not sent."
                ),
            )
        if password is None:
            return key
        now = instant_text(self.clock.now())
        noted = wrong_passwords.note(file, self.keychain, Tries(0, None, now))
        self._write(self._with_password(noted, password, key))
        return key

    def wrap_for_escrow(self, escrow_secret: bytes, key: bytes) -> None:
        """Make wrap (b) anew under the secret that the server has now."""
        file = self._needed_file()
        self._write(file.model_copy(update={"escrow": self._escrow_wrap(file, escrow_secret, key)}))

    def saw(self, instant: str) -> None:
        """Raise the mark of the latest time seen here, so that a clock set back is noticed."""
        file = self._needed_file()
        tries = wrong_passwords.known(file, self.keychain)
        if instant > tries.high_water:
            self._write(wrong_passwords.note(file, self.keychain, replace(tries, high_water=instant)))

    def update(self, **facts: str | int) -> None:
        """Change facts of the key file that are no secrets."""
        self._write(self._needed_file().model_copy(update=facts))

    @property
    def says_so(self) -> str | None:
        """The sentence for people where no keychain guards the key beside the password, else None."""
        if self.keychain.is_lasting:
            return None
        return text("This computer has no keychain, so your password alone guards your work on it. Choose a long one.")

    # --------------------------------------------------------------------------------------------------- inside

    def _needed_file(self) -> KeyFile:
        file = self.file()
        if file is None:
            raise CampusError(
                "first_sign_in_needs_network",
                text("The first sign-in on this computer needs the network. Connect it, then sign in."),
            )
        return file

    def _write(self, file: KeyFile) -> None:
        key_file.write(self.folder, file, self.step)

    @staticmethod
    def _secret_name(file: KeyFile) -> str:
        return secret_names(file.device_id)[0]

    def _with_password(self, file: KeyFile, password: str, key: bytes) -> KeyFile:
        secret = b""
        if self.keychain.is_lasting:
            secret = self._keychain_secret(file) or self._new_keychain_secret(file)
        salt = self.random_bytes(_SALT)
        wrap = PasswordWrap(salt=salt, n=self.scrypt_n, with_keychain=bool(secret), sealed=b"")
        sealed = self._seal(_password_key(wrap, password, secret), key, _aad(file, "password"))
        return file.model_copy(update={"password": wrap.model_copy(update={"sealed": sealed}), "locked": False})

    def _keychain_secret(self, file: KeyFile) -> bytes | None:
        packed = self.keychain.get(self._secret_name(file))
        return base64.b64decode(packed) if packed else None

    def _new_keychain_secret(self, file: KeyFile) -> bytes:
        secret = self.random_bytes(KEY_BYTES)
        self.keychain.set(self._secret_name(file), base64.b64encode(secret).decode())
        return secret

    def _unwrap_password(self, file: KeyFile, password: str) -> bytes | None:
        wrap = file.password
        if wrap is None:
            return None
        secret = self._keychain_secret(file) if wrap.with_keychain else b""
        if secret is None:
            raise CampusError(
                "keychain_missing",
                text(
                    "This computer's keychain doesn't have the key to your work any more. Sign in with a network once;"
                    " nothing was lost."
                ),
            )
        return _open(_password_key(wrap, password, secret), wrap.sealed, _aad(file, "password"))

    def _escrow_wrap(self, file: KeyFile, escrow_secret: bytes, key: bytes) -> EscrowWrap:
        salt = self.random_bytes(_SALT)
        sealed = self._seal(_stretch(escrow_secret, salt, b"escrow"), key, _aad(file, "escrow"))
        return EscrowWrap(salt=salt, sealed=sealed)

    def _seal(self, wrapping: bytes, key: bytes, aad: bytes) -> bytes:
        nonce = self.random_bytes(_NONCE)
        return nonce + ChaCha20Poly1305(wrapping).encrypt(nonce, key, aad)


def secret_names(device_id: str) -> tuple[str, ...]:
    """Return the names of all that the keychain keeps for one store, the key to it first."""
    return f"store {device_id}", f"tries {device_id}", f"device {device_id}"


def _wrong(left: int) -> CampusError:
    return CampusError(
        "password_wrong",
        plural(
            "That password isn't right. {n} try is left, then signing in needs the network. Your work is safe.",
            "That password isn't right. {n} tries are left, then signing in needs the network. Your work is safe.",
            left,
        ),
        {"left": left},
    )


def _stretch(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, b"campusdesk store key, " + purpose).derive(secret)


def _password_key(wrap: PasswordWrap, password: str, secret: bytes) -> bytes:
    hard = Scrypt(salt=wrap.salt, length=32, n=wrap.n, r=wrap.r, p=wrap.p).derive(password.encode())
    return _stretch(hard + secret, wrap.salt, b"password")


def _aad(file: KeyFile, wrap: str) -> bytes:
    return f"{wrap}\x1f{file.device_id}\x1f{file.person_id}".encode()


def _open(wrapping: bytes, sealed: bytes, aad: bytes) -> bytes | None:
    try:
        return ChaCha20Poly1305(wrapping).decrypt(sealed[:_NONCE], sealed[_NONCE:], aad)
    except InvalidTag:
        return None
