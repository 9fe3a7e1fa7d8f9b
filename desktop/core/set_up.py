"""Unattended set-up: which server a computer belongs to, told by the command line or by a file in a system place."""

import os
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from shared.core.errors import CampusError
from shared.core.text import text

FILE_NAME = "setup.toml"
_PIN = re.compile(r"[0-9a-f]{64}")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_MOST_BYTES = 64_000


@dataclass(frozen=True)
class SetUp:
    """A server to belong to. `fingerprint` is that of its office's key, 64 hex digits; `computer` names this one."""

    address: str
    fingerprint: str = ""
    institute: str = ""
    computer: str = ""

    @property
    def code(self) -> str:
        """What the office's QR code says for this server."""
        return code_of(self.address, self.fingerprint, self.institute)


def code_of(address: str, pin: str | None, institute: str = "") -> str:
    """Return the text of the office's QR code: `campusdesk:https://...?fingerprint=...&institute=...`."""
    parts = [f"fingerprint={pin.upper()}"] if pin else []
    parts += [f"institute={institute}"] if institute else []
    return f"campusdesk:{address}" + (f"?{'&'.join(parts)}" if parts else "")


def file_text(address: str, pin: str | None, institute: str) -> str:
    """Return a set-up file for a server."""
    lines = [f'server = "{address}"']
    lines += [f'fingerprint = "{pin.upper()}"'] if pin else []
    lines += [f'institute = "{institute}"'] if institute else []
    return "\n".join(lines) + "\n"


def make_set_up(address: str, fingerprint: str = "", institute: str = "", computer: str = "") -> SetUp:
    """Return a set-up; groups, colons and capitals of the fingerprint count for nothing.

    Raises CampusError `set_up_invalid`. Over TLS the fingerprint is needed: nobody is there to compare it.
    """
    pin = re.sub(r"[\s:-]", "", fingerprint).lower()
    slug = institute.strip().lower()
    url = address.strip().rstrip("/")
    if "://" not in url:
        url = f"https://{url}"
    if pin and _PIN.fullmatch(pin) is None:
        raise _invalid(text("The fingerprint has 64 digits and letters from A to F. Copy it from the office's screen."))
    if not pin and url.startswith("https:"):
        raise _invalid(text("A set-up needs the fingerprint of the server {address}.", address=url))
    if slug and _SLUG.fullmatch(slug) is None:
        raise _invalid(text("{slug} is no short name of an institute.", slug=slug))
    return SetUp(url, pin, slug, computer.strip()[:100])


def places() -> tuple[Path, ...]:
    r"""Return where the system's set-up file may lie, the first that is there counts.

    `/etc/xdg/Campusdesk`, `%ProgramData%\Campusdesk` or `/Library/Application Support/Campusdesk`.
    """
    folders = platformdirs.site_config_dir("Campusdesk", appauthor=False, multipath=True).split(os.pathsep)
    return tuple(Path(folder) / FILE_NAME for folder in folders)


def read_set_up(files: Sequence[Path] | None = None) -> SetUp | None:
    """Return what the first file found says, None without one.

    Raises CampusError `set_up_invalid` for a file that can't be used; then the program says so and asks as usual.
    """
    for path in places() if files is None else files:
        try:
            if path.stat().st_size > _MOST_BYTES:
                raise _invalid(text("The set-up file {path} can't be read.", path=path))
            told = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as problem:
            raise _invalid(text("The set-up file {path} can't be read.", path=path)) from problem
        values = {name: str(told.get(name) or "") for name in ("server", "fingerprint", "institute", "computer")}
        if not values["server"]:
            raise _invalid(text("The set-up file {path} names no server.", path=path))
        return make_set_up(values["server"], values["fingerprint"], values["institute"], values["computer"])
    return None


def _invalid(message: str) -> CampusError:
    return CampusError("set_up_invalid", message)
