"""What a computer tells of itself when it reaches the server, and what an attendant is shown of it."""

from pydantic import ConfigDict, Field

from shared.core.command import Id
from shared.core.strict import StrictModel

MOST_PEOPLE = 200
CLOCK_OFF_MS = 120_000
"""From here on a computer's clock counts as off."""
LOW_DISK_BYTES = 2_000_000_000
"""Below this a computer's disk counts as nearly full."""


class _Told(StrictModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class UnsentWork(_Told):
    """The work of one person that lies on a computer: `unsent` changes at most, `last_at` the last sign-in there."""

    person_id: Id
    unsent: int = Field(ge=0, le=10_000_000)
    last_at: str = Field(default="", max_length=40)
    here: bool = False


class DeviceHere(_Told):
    """A device on the computer, which its own signature over `here`, the computer's id and its own proves."""

    device_id: Id
    signature: str = Field(min_length=1, max_length=200)


class Contact(_Told):
    """A computer as it is at this moment; `computer_id` names it whoever is signed in. Sizes are bytes."""

    computer_id: Id
    name: str = Field(min_length=1, max_length=100)
    version: str = Field(max_length=40)
    disk_free: int | None = Field(default=None, ge=0, lt=1 << 62)
    disk_size: int | None = Field(default=None, ge=0, lt=1 << 62)
    people: tuple[UnsentWork, ...] = Field(default=(), max_length=MOST_PEOPLE)
    devices: tuple[DeviceHere, ...] = Field(default=(), max_length=MOST_PEOPLE)

    @property
    def unsent(self) -> int:
        """How many changes wait here in all."""
        return sum(one.unsent for one in self.people)


def signed_contact(device_id: str, timestamp: str, report: str) -> str:
    """Return what a device signs: its id, its time and the packed contact, each on a line."""
    return f"contact\n{device_id}\n{timestamp}\n{report}"


def signed_here(computer_id: str, device_id: str) -> str:
    """Return what a device signs to say on which computer it is."""
    return f"here\n{computer_id}\n{device_id}"


def signed_orders(device_id: str, timestamp: str) -> str:
    """Return what a device signs to ask what it must do."""
    return f"orders\n{device_id}\n{timestamp}"
