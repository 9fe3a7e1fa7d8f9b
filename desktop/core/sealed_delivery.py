"""Delivers sealed outboxes to the server: of someone who has gone home, was suspended, or lost the device.

Nobody's password is needed: the work is sealed to the institute, and the device's key proves where it comes from.
"""

import hashlib
from datetime import timedelta
from pathlib import Path

from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey, known_device_key
from desktop.core.disk import replace_file
from desktop.core.keychain import Keychain
from desktop.core.local_store import journal_path
from desktop.core.offline_sign_in import STORE_NAME, SignInDesk
from desktop.core.profiles import Profile
from desktop.core.sealed_outbox import has_work
from desktop.core.store_lock import StoreBusyError, StoreLock
from shared.core.clock import parse_instant

GONE_FOR = timedelta(hours=12)
"""How long ago someone's last sign-in must lie before others' sessions deliver the work."""


def deliver(client: ApiClient, key: DeviceKey, device_id: str, folder: Path) -> bool:
    """Deliver the sealed outbox in `folder`, once for each state of it; True when something was delivered.

    The file stays: the person's own next sign-in sends the work as usual, and the server counts it once.
    """
    path = journal_path(folder / STORE_NAME)
    content = path.read_bytes() if path.exists() else b""
    if not has_work(content) or _was_delivered(path, content):
        return False
    client.deliver(device_id, key, content)
    replace_file(path.with_suffix(".delivered"), hashlib.sha256(content).hexdigest().encode())
    return True


def waiting_lines(folder: Path) -> int:
    """Return how many changes at most wait in a folder's sealed outbox; 0 once it was delivered as it is."""
    path = journal_path(folder / STORE_NAME)
    content = path.read_bytes() if path.exists() else b""
    if not has_work(content) or _was_delivered(path, content):
        return 0
    return sum(1 for line in content.splitlines() if line and not line.startswith(b"{"))


def _was_delivered(path: Path, content: bytes) -> bool:
    delivered = path.with_suffix(".delivered")
    return delivered.exists() and delivered.read_bytes() == hashlib.sha256(content).hexdigest().encode()


def deliver_others(
    computer: SignInDesk, client: ApiClient, server_url: str, gone_for: timedelta = GONE_FOR
) -> list[Profile]:
    """Deliver the work of people who left this computer a while ago; returns whose was delivered."""
    ended = computer.clock.now() - gone_for
    gone = [one for one in computer.profiles.all(server_url) if one.last_at and parse_instant(one.last_at) <= ended]
    return [one for one in gone if _deliver_one(computer.keychain, client, one, computer.folder / one.folder)]


def _deliver_one(keychain: Keychain, client: ApiClient, profile: Profile, folder: Path) -> bool:
    key = known_device_key(keychain, profile.device_id)
    if key is None or not folder.exists():
        return False
    lock = StoreLock(folder)
    try:
        lock.acquire(call_first=False)
    except StoreBusyError:
        return False
    try:
        return deliver(client, key, profile.device_id, folder)
    finally:
        lock.release()
