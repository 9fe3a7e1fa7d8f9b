"""The whole way: a registrar's laptop that has forty words of someone follows an erasure at its next contact."""

import json
from pathlib import Path
from typing import Any

import sqlcipher3

from desktop.areas import areas
from desktop.core.disk import Disk
from desktop.core.local_store import Identity, LocalStore
from desktop.core.outbox import Ask
from desktop.core.sealed_outbox import Owner
from desktop.core.store_file import prepare
from shared.core.sync import SyncResponse
from shared.people.profile_fields import row_id
from shared.people.vocabulary import PERSON, PRIVATE_PROFILE
from tests.institute import Device, Institute
from tests.people.planted import Planted, plant
from tests.timetable.planning import Office

TYPED = "Zqtyped"


def _plain(path: Path, _key: bytes) -> Any:
    """A store file that isn't encrypted, so that its bytes can be looked through."""
    db = sqlcipher3.connect(str(path), isolation_level=None, check_same_thread=False, timeout=10)
    prepare(db)
    return db


class Laptop:
    """The registrar's: the real store, and exchanges with the real server."""

    def __init__(self, institute: Institute, folder: Path) -> None:
        self.device: Device = institute.registrar
        self.institute = institute
        identity = Identity(Owner(institute.organisation_id, self.device.actor.person_id, institute.parts.new_id()))
        stores = [area.store for area in areas()]
        folder.mkdir()
        self.path = folder / "laptop.store"
        self.store = LocalStore(
            self.path, b"k" * 32, identity, stores, institute.clock, institute.parts.new_id, Disk(connect=_plain)
        )

    def sync(self) -> None:
        """Exchange until nothing is left."""
        for _ in range(100):
            request = self.store.next_request()
            actor = self.institute.refreshed(self.device.actor)
            answer = self.institute.parts.exchange.run(actor, self.device.origin, request)
            settled = self.store.settle(request, SyncResponse.model_validate(json.loads(answer)))
            pending = self.store.pending()
            if not settled.more and not pending.waiting and not pending.sending:
                return
        raise AssertionError("still not in sync")

    def found(self, words: list[str]) -> list[str]:
        """Return the words that stand in any byte beside the store."""
        content = b"".join(one.read_bytes() for one in self.path.parent.rglob("*") if one.is_file())
        return [word for word in words if word.encode() in content]


def _address(planted: Planted, laptop: Laptop) -> None:
    """Change the address on the laptop, so that a command of its own holds a word, too."""
    shown = laptop.store.get(PRIVATE_PROFILE, row_id(PRIVATE_PROFILE, planted.person_id)) or {}
    changes = {"address": {"old": shown.get("address"), "new": TYPED}}
    payload = {"person_id": planted.person_id, "changes": changes}
    laptop.store.commit([Ask("EditPrivateProfile", shown["id"], payload, shown["revision"])])


def test_a_laptop_that_was_away_has_nothing_left_after_its_next_contact(institute: Institute, tmp_path: Path) -> None:
    planted = plant(institute)
    officer = planted.officer
    assert officer is not None
    laptop = Laptop(institute, tmp_path / "laptop")
    laptop.sync()
    _address(planted, laptop)
    laptop.sync()
    laptop.store.remember(f"draft:person:{planted.person_id}", {"phone": TYPED})
    words = [*planted.words, TYPED]
    assert len(laptop.found(words)) > 25, "it had most of what the office sees"
    told = Office(institute, officer.actor, officer.origin.__class__("")).do(
        "ErasePerson", planted.person_id, {"reason": "Asked for in writing"}
    )
    assert told.verdict == "applied"
    laptop.sync()
    assert laptop.found(words) == []
    person = laptop.store.get(PERSON, planted.person_id) or {}
    assert person["given_name"] == "Former student 0001"
    assert laptop.store.search("zq", [PERSON]) == []
    laptop.store.close()
