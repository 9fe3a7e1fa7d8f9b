"""This computer as the attendant sees it: what it tells the server, whose unsent work lies on it, getting that away.

Work leaves a computer in three ways, each sealed to the institute: its owner's next sign-in sends it, the computer
delivers it when its owner has gone home, or someone takes it off on a stick and brings it in elsewhere. The server
counts each change once, whichever way it came.
"""

import base64
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

from pydantic import ConfigDict, ValidationError

from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey, known_device_key
from desktop.core.disk import not_written, replace_file
from desktop.core.local_store import journal_path
from desktop.core.offline_sign_in import STORE_NAME, SignInDesk
from desktop.core.profiles import Profile
from desktop.core.sealed_delivery import deliver_others, waiting_lines
from desktop.core.settings import Server
from shared.core.clock import instant_text
from shared.core.command import Id
from shared.core.computers import MOST_PEOPLE, Contact, DeviceHere, UnsentWork, signed_here
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text

FILE_NAME = "computer.json"
STICK_SUFFIX = ".campuswork"
_MOST_BYTES = 200_000_000


class _Computer(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")

    id: Id


class Parcel(StrictModel):
    """One person's sealed outbox, signed by the device it comes from, as the server takes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device_id: Id
    timestamp: str
    sealed: str
    signature: str


class _Stick(StrictModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    campusdesk_work: int
    computer: str
    server: str
    parcels: tuple[Parcel, ...]


@dataclass(frozen=True)
class Here:
    """Who is signed in at this computer now: the work that waits, and the device's key where no keychain has it."""

    person_id: str
    unsent: int
    key: DeviceKey | None = None


@dataclass(frozen=True)
class BroughtIn:
    """What came off a stick: parcels whose work was new, known before, or is for the office to decide."""

    new: int = 0
    known: int = 0
    held: int = 0
    changes: int = 0


@dataclass(frozen=True)
class LabMachine:
    """`computer` knows the people here, `version` is the program's; calls that speak to the server need a worker."""

    computer: SignInDesk
    server: Server
    version: str

    @property
    def name(self) -> str:
        """The computer's name."""
        return self.computer.device_name

    def computer_id(self) -> str:
        """Return the id of this computer, made once; it names the machine whoever signs in."""
        path = self.computer.folder / FILE_NAME
        try:
            return _Computer.model_validate_json(path.read_bytes()).id
        except (FileNotFoundError, ValidationError):
            made = _Computer(id=self.computer.ids())
            self.computer.folder.mkdir(parents=True, exist_ok=True)
            replace_file(path, made.model_dump_json().encode())
            return made.id

    def people(self) -> list[Profile]:
        """Return who has signed in here at this server, the last one first."""
        return self.computer.profiles.all(self.server.url)

    def unsent(self, here: Here | None = None) -> list[UnsentWork]:
        """Return whose work lies here; of people who aren't signed in it is what is there at most."""
        found = []
        for one in self.people()[:MOST_PEOPLE]:
            is_here = here is not None and here.person_id == one.person_id
            count = here.unsent if here is not None and is_here else waiting_lines(self.computer.folder / one.folder)
            if count or is_here:
                found.append(UnsentWork(person_id=one.person_id, unsent=count, last_at=one.last_at, here=is_here))
        return found

    def contact(self, here: Here | None = None) -> Contact:
        """Return what this computer tells of itself."""
        free: int | None = None
        size: int | None = None
        with suppress(OSError):
            size, _used, free = shutil.disk_usage(self.computer.folder)
        return Contact(
            computer_id=self.computer_id(),
            name=self.name[:100] or "Desktop",
            version=self.version[:40],
            disk_free=free,
            disk_size=size,
            people=tuple(self.unsent(here)),
            devices=tuple(self._proofs(here)),
        )

    def _proofs(self, here: Here | None) -> Iterator[DeviceHere]:
        computer_id = self.computer_id()
        for one, key in islice(self._keys(here), MOST_PEOPLE):
            signature = key.sign(signed_here(computer_id, one.device_id))
            yield DeviceHere(device_id=one.device_id, signature=signature)

    def tell(self, client: ApiClient, here: Here | None = None) -> bool:
        """Tell the server how this computer is; False where nobody here has a key to sign with."""
        return self.meet(client, here) is not None

    def meet(self, client: ApiClient, here: Here | None = None) -> list[Mapping[str, str]] | None:
        """Tell the server how this computer is; returns orders for lost devices, None where nobody has a key."""
        signer = next(((one.device_id, key) for one, key in self._keys(here)), None)
        if signer is None:
            return None
        return client.tell_contact(*signer, self.contact(here).model_dump_json())

    def _keys(self, here: Here | None) -> Iterator[tuple[Profile, DeviceKey]]:
        for one in self.people():
            own = here.key if here is not None and here.person_id == one.person_id else None
            key = own or known_device_key(self.computer.keychain, one.device_id)
            if key is not None:
                yield one, key

    def send(self, client: ApiClient, gone_for: timedelta) -> list[Profile]:
        """Deliver the work of people who left a while ago; returns whose was delivered. Stores in use are left out."""
        return deliver_others(self.computer, client, self.server.url, gone_for)

    def take_off(self, path: Path, here: Here | None = None) -> int:
        """Write all unsent work, sealed and signed, to a file; returns of how many people. It stays here as well.

        Raises CampusError `nothing_waits`, or `file_not_written`.
        """
        parcels = []
        for one, key in self._keys(here):
            journal = journal_path(self.computer.folder / one.folder / STORE_NAME)
            if journal.exists() and any(line[:1] != b"{" for line in journal.read_bytes().splitlines() if line):
                parcels.append(self._parcel(one.device_id, key, journal.read_bytes()))
        if not parcels:
            raise CampusError("nothing_waits", text("No unsent work lies on this computer."))
        stick = _Stick(campusdesk_work=1, computer=self.name, server=self.server.url, parcels=tuple(parcels))
        try:
            replace_file(path, stick.model_dump_json().encode())
        except OSError as problem:
            raise not_written(path) from problem
        return len(parcels)

    def _parcel(self, device_id: str, key: DeviceKey, content: bytes) -> Parcel:
        timestamp, packed = instant_text(self.computer.clock.now()), base64.b64encode(content).decode()
        signature = key.sign(f"deliver\n{device_id}\n{timestamp}\n{packed}")
        return Parcel(device_id=device_id, timestamp=timestamp, sealed=packed, signature=signature)


def bring_in(client: ApiClient, path: Path) -> BroughtIn:
    """Hand the work on a stick to the server; the same file again changes nothing.

    Raises CampusError `stick_unreadable` for a file that is none, or ApiError.
    """
    new = known = held = changes = 0
    for parcel in read_stick(path):
        told = client.hand_over(parcel.model_dump())
        state = str(told.get("state"))
        new += state == "done"
        known += state == "known"
        held += state == "quarantined"
        changes += int(told.get("commands") or 0)
    return BroughtIn(new, known, held, changes)


def read_stick(path: Path) -> tuple[Parcel, ...]:
    """Return the parcels in a file. Raises CampusError `stick_unreadable`."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _unreadable(path)
        return _Stick.model_validate_json(path.read_bytes()).parcels
    except (OSError, ValidationError) as problem:
        raise _unreadable(path) from problem


def _unreadable(path: Path) -> CampusError:
    message = text("{name} isn't work that was taken off a computer, or it is damaged.", name=path.name)
    return CampusError("stick_unreadable", message)
