"""The key file beside a store: the wrapped store key, and what must be known before the store can be opened."""

import base64
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from desktop.core import steps
from desktop.core.disk import replace_file
from desktop.core.steps import Step, no_step
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text

NAME = "keys.json"


def _decode(value: object) -> object:
    return base64.b64decode(value) if isinstance(value, str) else value


Packed = Annotated[bytes, BeforeValidator(_decode), PlainSerializer(lambda raw: base64.b64encode(raw).decode())]


class PasswordWrap(StrictModel):
    """Wrap (a): the store key under password and, where `with_keychain`, a secret in the keychain.

    `n`, `r`, `p` are scrypt's costs; `sealed` is nonce and ciphertext.
    """

    model_config = ConfigDict(frozen=True)

    salt: Packed
    n: int
    r: int = 8
    p: int = 1
    with_keychain: bool
    sealed: Packed


class EscrowWrap(StrictModel):
    """Wrap (b): the store key under the secret that the server releases at an online sign-in."""

    model_config = ConfigDict(frozen=True)

    salt: Packed
    sealed: Packed


class KeyFile(StrictModel):
    """Everything in the key file; without the password and the keychain it opens nothing.

    `institute_key` and `server_key` are public: unsent work is sealed to one, orders are checked with the other.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    version: int = 1
    device_id: str
    person_id: str
    organisation_id: str
    password: PasswordWrap | None = None
    escrow: EscrowWrap | None = None
    wrong_passwords: int = 0
    last_wrong_at: str | None = None
    high_water: str = ""
    locked: bool = False
    institute_key: str = ""
    server_key: str = ""
    install_epoch: int = Field(default=1, ge=1)


def read(folder: Path) -> KeyFile | None:
    """Return the key file in `folder`, None where there is none; CampusError `key_file_damaged` if it can't be read."""
    try:
        return KeyFile.model_validate_json((folder / NAME).read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as problem:
        raise CampusError(
            "key_file_damaged",
            text(
                "The key to your work on this computer is damaged. Nothing was deleted. Ask the office to recover"
                " what you had not sent."
            ),
        ) from problem


def write(folder: Path, file: KeyFile, step: Step = no_step) -> None:
    """Replace the key file; a crash leaves the old one or the new one, whole."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(
        folder / NAME,
        file.model_dump_json(indent=1).encode(),
        lambda in_place: step(steps.KEYS_REPLACED if in_place else steps.KEYS_WRITTEN),
    )
