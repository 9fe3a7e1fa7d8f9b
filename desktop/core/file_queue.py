"""The files on their way, as the local store remembers them: what goes up, what comes down, and what was refused."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Protocol

from shared.core.file_limits import FilePurpose
from shared.core.text import text

Direction = Literal["up", "down"]
WAITING, REFUSED = "waiting", "refused"
PIECES, DIRECT, AGAIN, SENT = "pieces", "direct", "direct again", "sent"
"""The ways up: in pieces to the server, to the store itself, there a second time, or there already."""
_PREFIX = "file "


@dataclass(frozen=True)
class Transfer:
    """One file on its way. `size` is in bytes; `sentence` says what stands in its way, `code` is its stable word.

    `state` is waiting or refused: what was refused stays until someone has looked at it. `place` is the upload's
    address at the server, as far as it has one; `way` is how it goes there (pieces, where nothing is said); `purpose`
    is what it is brought in for.
    """

    sha256: str
    direction: Direction
    name: str
    size: int
    asked_at: str
    state: str = WAITING
    place: str = ""
    tries: int = 0
    code: str = ""
    sentence: str = ""
    purpose: str = FilePurpose.HAND_IN
    way: str = ""

    @property
    def key(self) -> str:
        """Under what the store remembers it."""
        return key_of(self.direction, self.sha256)

    @property
    def title(self) -> str:
        """What the sync page says of it."""
        if self.direction == "up":
            return text("Send “{name}”", name=self.name)
        return text("Fetch “{name}”", name=self.name)


@dataclass(frozen=True)
class Sent:
    """How a file is after one step: `offset` bytes are at the server; `ended` when there is nothing more to do."""

    transfer: Transfer
    offset: int
    ended: bool


def key_of(direction: Direction, sha256: str) -> str:
    """Return under what the store remembers a file on its way."""
    return f"{_PREFIX}{direction} {sha256}"


class Facts(Protocol):
    """What the queue needs of the local store."""

    def recall(self, name: str, default: Any = None) -> Any:
        """Return a fact."""

    def recall_all(self, prefix: str) -> dict[str, Any]:
        """Return all facts whose names begin with `prefix`."""

    def remember(self, name: str, value: Any) -> None:
        """Keep a fact; on disk when this returns."""

    def remember_all(self, facts: Mapping[str, Any]) -> None:
        """Keep several facts at once."""

    def forget(self, name: str, *, waits_for_disk: bool = True) -> None:
        """Drop a fact."""


class FileQueue:
    """All files on their way; each change is on disk when it returns."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def all(self) -> list[Transfer]:
        """Return what waits, what goes up before what comes down, then what was refused; first asked, first moved."""
        found = [Transfer(**value) for value in self._facts.recall_all(_PREFIX).values()]
        return sorted(found, key=lambda one: (one.state != WAITING, one.direction != "up", one.asked_at, one.name))

    def get(self, direction: Direction, sha256: str) -> Transfer | None:
        """Return one, or None."""
        value = self._facts.recall(key_of(direction, sha256))
        return None if value is None else Transfer(**value)

    def put(self, transfer: Transfer) -> Transfer:
        """Write one down."""
        self._facts.remember(transfer.key, asdict(transfer))
        return transfer

    def put_all(self, transfers: Sequence[Transfer]) -> None:
        """Write several down at once."""
        self._facts.remember_all({one.key: asdict(one) for one in transfers})

    def change(self, transfer: Transfer, **fields: Any) -> Transfer:
        """Change one that is still wanted; one that was called off meanwhile isn't brought back."""
        changed = replace(transfer, **fields)
        return self.put(changed) if self.get(transfer.direction, transfer.sha256) else changed

    def remove(self, transfer: Transfer) -> None:
        """Forget one: it has arrived, or nobody wants it any more."""
        # A row that comes back after power was lost finds its file whole, here or at the server, and goes again.
        self._facts.forget(transfer.key, waits_for_disk=False)


def file_counts(facts: Facts) -> tuple[int, int]:
    """Return how many files wait to be sent, and how many were refused, either way."""
    found = FileQueue(facts).all()
    sent = sum(one.state == WAITING and one.direction == "up" for one in found)
    return sent, sum(one.state == REFUSED for one in found)
