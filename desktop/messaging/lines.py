"""What notices are to the local store: how they are listed and counted, and how reading is told on the sync page."""

from desktop.core.area import KindSpec, Line, StoreArea
from shared.core.command import Command
from shared.core.projection import Body, ReadRow
from shared.core.text import plural
from shared.messaging.commands import PAYLOADS, TYPE_VERSIONS
from shared.messaging.rules import PROJECTIONS
from shared.messaging.vocabulary import NOTICE


def _at(body: Body) -> str:
    return str(body["at"])


def _unread(body: Body) -> int | None:
    return None if body["read_at"] else 1


def _read(command: Command, _read: ReadRow) -> str:
    return plural("Read {n} notice", "Read {n} notices", len(command.targets))


KINDS = {NOTICE: KindSpec(sort_text=_at, keys={"at": _at, "unread": _unread})}
LINES: dict[str, Line] = {"MarkNoticesRead": _read}
STORE = StoreArea(kinds=KINDS, projections=PROJECTIONS, type_versions=TYPE_VERSIONS, lines=LINES, payloads=PAYLOADS)
