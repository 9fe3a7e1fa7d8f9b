"""Short ways to keep, lend and book kit, for tests of what the server makes of it."""

import base64
from dataclasses import dataclass
from typing import Any

import pytest

from server.core.batch import Origin
from shared.core.outcome import Outcome
from shared.people.vocabulary import Role
from shared.timetable.kit_commands import kit_policy_id, loan_id_of
from tests.institute import Device, Institute
from tests.timetable.planning import Office, Planning

HEAD = b"\xff\xd8\xff\xc0\x00\x11\x08"


def jpeg(width: int = 320, height: int = 240, size: int = 900) -> str:
    """A JPEG's head that states a size in pixels, as long as wanted, as base64."""
    head = HEAD + height.to_bytes(2) + width.to_bytes(2) + b"\x03"
    return base64.b64encode(head.ljust(size, b"\0")).decode()


@dataclass
class Kit(Planning):
    """The institute with a desk that lends; Yaw's is another one. `office` writes over REST."""

    def add(self, number: str, by: Device | None = None, **more: Any) -> str:
        """Add a piece; returns its id."""
        payload = {"name": f"Camera {number}", "number": number, "category": "Cameras", **more}
        told = self.do("AddKitItem", payload, by=by)
        assert told.verdict == "applied", told
        return told.target_id

    def lend(self, item: str, person: str = "", by: Device | None = None, **more: Any) -> Outcome:
        """Lend a piece to the first student until Monday, as it is on the server now."""
        person_id = person or self.institute.students[0]
        base = more.pop("base", None) or self.row("kit_item", item)["revision"]
        payload = {"person_id": person_id, "due_at": "2026-11-23T16:00:00.000Z", **more}
        return self.do("LendKit", payload, item, by or self.laptop, base=base)

    def give_back(self, item: str, loan: str, by: Device | None = None, **more: Any) -> Outcome:
        """Take a piece back."""
        base = more.pop("base", None) or self.row("kit_item", item)["revision"]
        return self.do("ReturnKit", {"loan_id": loan, **more}, item, by or self.laptop, base=base)

    def book(self, item: str, start: str, end: str, by: Device | None = None, **more: Any) -> Outcome:
        """Book a piece for the Monday, for the first student."""
        span = {"starts_at": f"2026-11-23T{start}:00.000Z", "ends_at": f"2026-11-23T{end}:00.000Z"}
        payload = {"item_id": item, "person_id": self.institute.students[0], **span, **more}
        return self.do("BookKit", payload, by=by)

    def change(self, item: str, by: Device | None = None, **changes: Any) -> Outcome:
        """Change fields of a piece as it is now."""
        body = self.row("kit_item", item)
        fields = {name: {"old": body[name], "new": value} for name, value in changes.items()}
        return self.do("EditKitItem", {"changes": fields}, item, by, base=body["revision"])

    def lift(self, loan: str, by: Device | None = None) -> Outcome:
        """Lift the block of a late return."""
        return self.do("LiftKitBlock", {"reason": "The bus broke down."}, loan, by, base=loan)

    def person_at(self, key: str) -> Device:
        """Return the device of someone."""
        return self.institute.devices[key]

    def loan_id(self, told: Outcome) -> str:
        """Return the id of the loan that a `LendKit` makes."""
        return loan_id_of(told.command_id)

    @property
    def policy_id(self) -> str:
        """The id of the institute's limits."""
        return kit_policy_id(self.institute.organisation_id)

    def loan(self, told: Outcome) -> dict[str, Any]:
        """Return the loan that a `LendKit` made."""
        return self.row("kit_loan", loan_id_of(told.command_id))


@pytest.fixture
def kit(institute: Institute) -> Kit:
    """The small institute with two desks, on SQLite and PostgreSQL in turn."""
    institute.device("officer", Role.ATTENDANCE_OFFICER, "Yaw Mensah")
    registrar = institute.devices["registrar"]
    office = Office(institute, registrar.actor, Origin(""))
    return Kit(institute, "", office, registrar)
