"""A computer that the office marked as lost: unsent work goes to the office, then keys, store and files are destroyed.

In this order, for each person's store: the sealed outbox is delivered (nothing is destroyed where that fails),
what is to be destroyed is noted, the keys go from keychain and key file, then the folder, then the name from the list
of people here, and last the server is told. From the note on it goes on after any interruption, without the network.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, ValidationError

from desktop.core import key_file
from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey, known_device_key
from desktop.core.disk import replace_file
from desktop.core.keychain import Keychain
from desktop.core.keys import secret_names
from desktop.core.local_store import journal_path
from desktop.core.offline_sign_in import STORE_NAME, SignInDesk
from desktop.core.profiles import Profile
from desktop.core.sealed_delivery import deliver
from desktop.core.sealed_outbox import has_work
from desktop.core.steps import Step, no_step
from desktop.core.store_lock import StoreBusyError, StoreLock
from desktop.core.wipe_order import read_order
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text

FILE_NAME = "wiping.json"
DELIVERED, NOTED, KEYCHAIN_GONE, KEYS_GONE, FOLDER_GONE, NAME_GONE, TOLD = (
    "wipe: work delivered",
    "wipe: noted",
    "wipe: keychain emptied",
    "wipe: key file gone",
    "wipe: folder gone",
    "wipe: name gone",
    "wipe: server told",
)
STEPS = (DELIVERED, NOTED, KEYCHAIN_GONE, KEYS_GONE, FOLDER_GONE, NAME_GONE, TOLD)


class _Wipe(StrictModel):
    """One store that is being destroyed; `gone` once nothing of it is left and the server is still to be told."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    server: str
    device_id: str
    person_id: str
    name: str
    folder: str
    order: str
    delivered: bool
    gone: bool = False


class _Wipes(StrictModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    wipes: tuple[_Wipe, ...] = ()


@dataclass(frozen=True)
class Wiped:
    """Whose store was destroyed, and whether unsent work was sent to the office before."""

    name: str
    delivered: bool

    @property
    def sentence(self) -> str:
        """What the person at this computer is told."""
        if self.delivered:
            return text(
                "The office marked this computer as lost. What {name} had not sent went to the office; everything of"
                " {name} was removed from this computer.",
                name=self.name,
            )
        return text(
            "The office marked this computer as lost. Everything of {name} was removed from this computer; nothing"
            " waited to be sent.",
            name=self.name,
        )


@dataclass(frozen=True)
class LostDevices:
    """Obeys orders on one computer; calls that speak to the server need a worker."""

    computer: SignInDesk
    step: Step = no_step

    def obey(
        self, client: ApiClient, orders: Sequence[Mapping[str, str]], keys: Mapping[str, DeviceKey] | None = None
    ) -> list[Wiped]:
        """Destroy the stores of devices that the server says are lost; a store in use is left for the next time.

        `keys` are those of devices that no keychain has. Raises ApiError where unsent work can't be delivered: then
        that store is as it was.
        """
        done = []
        for order in orders:
            profile = self._ordered(str(order.get("device_id")), str(order.get("order")))
            if profile is None:
                continue
            key = (keys or {}).get(profile.device_id) or known_device_key(self._keychain, profile.device_id)
            wiped = self._obey_one(client, profile, str(order["order"]), key)
            done += [wiped] if wiped is not None else []
        return done

    def ask(self, client: ApiClient, device_id: str, key: DeviceKey, timestamp: str) -> list[Mapping[str, str]]:
        """Ask the server whether this device is lost; returns its order."""
        signature = key.sign(f"orders\n{device_id}\n{timestamp}")
        body = {"device_id": device_id, "timestamp": timestamp, "signature": signature}
        orders: list[Mapping[str, str]] = client.ask_once("/devices/orders", body)["orders"]
        return orders

    def resume(self) -> list[Wiped]:
        """Go on with what was interrupted, as the program starts; it needs no network."""
        unfinished = [wipe for wipe in self._wipes() if not wipe.gone]
        return [Wiped(wipe.name, wipe.delivered) for wipe in unfinished if self._destroy(wipe)]

    def tell(self, client: ApiClient, server: str) -> int:
        """Tell the server what was destroyed and not told yet; returns how many stores."""
        told = 0
        for wipe in self._wipes():
            if wipe.gone and wipe.server == server:
                client.ask_once("/devices/wiped", {"order": wipe.order, "delivered": wipe.delivered})
                self._note(wipe, keep=False)
                self.step(TOLD)
                told += 1
        return told

    # ---------------------------------------------------------------------------------------------------- inside

    @property
    def _keychain(self) -> Keychain:
        return self.computer.keychain

    def _folder(self, folder: str) -> Path:
        return self.computer.folder / folder

    def _ordered(self, device_id: str, order: str) -> Profile | None:
        """Return whose store an order destroys; None where its own server didn't sign it or nothing is here."""
        profile = next((one for one in self.computer.profiles.all() if one.device_id == device_id), None)
        if profile is None:
            return None
        try:
            file = key_file.read(self._folder(profile.folder))
        except CampusError:
            return None
        read = read_order(order, file.server_key) if file is not None else None
        if file is None or read is None or (read.device_id, read.organisation_id) != (device_id, file.organisation_id):
            return None
        return profile

    def _obey_one(self, client: ApiClient, profile: Profile, order: str, key: DeviceKey | None) -> Wiped | None:
        folder = self._folder(profile.folder)
        lock = StoreLock(folder)
        try:
            lock.acquire(call_first=False)
        except StoreBusyError:
            return None
        try:
            delivered = self._deliver(client, profile, key, folder)
        finally:
            lock.release()
        self.step(DELIVERED)
        wipe = _Wipe(
            server=profile.server,
            device_id=profile.device_id,
            person_id=profile.person_id,
            name=profile.name,
            folder=profile.folder,
            order=order,
            delivered=delivered,
        )
        self._note(wipe)
        self.step(NOTED)
        return Wiped(wipe.name, delivered) if self._destroy(wipe) else None

    def _deliver(self, client: ApiClient, profile: Profile, key: DeviceKey | None, folder: Path) -> bool:
        """Deliver the sealed outbox, and those of stores that were put aside when damaged."""
        places = [folder, *sorted(one for one in folder.iterdir() if one.is_dir())]
        waiting = [place for place in places if _has_work(place)]
        if waiting and key is None:
            raise CampusError(
                "device_key_missing", text("This computer's key is gone, so its unsent work stays where it is.")
            )
        for place in waiting:
            if key is not None:
                deliver(client, key, profile.device_id, place)
        return bool(waiting)

    def _destroy(self, wipe: _Wipe) -> bool:
        """Destroy keys, then files, then the name; each may have happened already. False where a file is in use."""
        for name in secret_names(wipe.device_id):
            self._keychain.delete(name)
        self.step(KEYCHAIN_GONE)
        folder = self._folder(wipe.folder)
        _overwrite(folder / key_file.NAME)
        self.step(KEYS_GONE)
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            return False  # the keys are gone; what is left of it is removed at the next start
        self.step(FOLDER_GONE)
        self.computer.profiles.remove(wipe.server, wipe.person_id)
        self.step(NAME_GONE)
        self._note(wipe.model_copy(update={"gone": True, "name": "", "folder": ""}))
        return True

    def _wipes(self) -> tuple[_Wipe, ...]:
        try:
            return _Wipes.model_validate_json((self.computer.folder / FILE_NAME).read_bytes()).wipes
        except (FileNotFoundError, ValidationError, json.JSONDecodeError):
            return ()

    def _note(self, wipe: _Wipe, *, keep: bool = True) -> None:
        others = tuple(one for one in self._wipes() if one.device_id != wipe.device_id)
        wipes = (*others, wipe) if keep else others
        path = self.computer.folder / FILE_NAME
        if wipes:
            replace_file(path, _Wipes(wipes=wipes).model_dump_json().encode())
        else:
            path.unlink(missing_ok=True)


def _has_work(folder: Path) -> bool:
    path = journal_path(folder / STORE_NAME)
    return path.exists() and has_work(path.read_bytes())


def _overwrite(path: Path) -> None:
    """Write over a small file before it is removed, so that what wrapped the key isn't read back from free blocks."""
    if not path.exists():
        return
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.write(os.urandom(size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
