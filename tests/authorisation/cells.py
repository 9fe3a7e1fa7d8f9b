"""Asks each cell for real, in a transaction that is taken back, and says whether whoever asked was let in."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request

from shared.core.actor import Actor
from shared.core.clock import instant_text
from tests.authorisation.platform_people import RELATIONS
from tests.authorisation.rules import Entry
from tests.authorisation.world import MARKER, Rows, Who, World
from tests.serving import Answer

COMMAND, DECISION = "COMMAND", "DECISION"
_REFUSING = frozenset({401, 403, 404})
_REFUSED_WORDS = frozenset({"not_allowed", "not_teaching", "not_found", "held"})
_DONE = frozenset({"applied", "agreed", "conflict"})
_PLACE = re.compile(r"{(\w+)}")


class _TakenBackError(Exception):
    """Ends a transaction whose work is done, so that nothing of it stays."""


@dataclass(frozen=True)
class Cell:
    """One question: who asks what about which row."""

    entry: Entry
    who: Who
    relation: str

    def __str__(self) -> str:
        return f"{self.entry.route} as {self.who.key}, {self.relation}"


@dataclass(frozen=True)
class Outcome:
    """How a cell was answered; `leaks` says that the answer names the other organisation."""

    cell: Cell
    let_in: bool
    status: int
    code: str
    leaks: bool = False

    @property
    def is_right(self) -> bool:
        """Whether the table expects just this."""
        entry, who = self.cell.entry, self.cell.who
        # Only of those who hold the permission, elsewhere, the work is kept for the office to look at.
        if entry.holds_back and "not_teaching" in self.code and not entry.rule.words & who.words:
            return False
        if self.status >= 500 and not entry.rule.is_public:
            return False
        return not self.leaks and self.let_in == entry.rule.allows(who, self.cell.relation)

    def __str__(self) -> str:
        told = "names the other organisation" if self.leaks else "was let in" if self.let_in else "was kept out"
        return f"{self.cell}: {told} ({self.status} {self.code})"


class Asking:
    """Asks cells of one world. While it is `open` no transaction of the application stays."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.calls = 0
        self._written: list[str] = []
        self._actors: dict[str, Actor | None] = {}
        self._kept: dict[tuple[Any, ...], tuple[Answer, bool]] = {}

    @contextmanager
    def open(self) -> Iterator["Asking"]:
        """Take every transaction back until the block ends."""
        database, door = self.world.server.context.database, self.world.server.context.door
        write, accept = database.write, door._accept_in

        def taken_back(work: Callable[[Any], Any]) -> Any:
            told: list[Any] = []

            def inner(db: Any) -> None:
                told.append(work(db))
                raise _TakenBackError

            try:
                write(inner)
            except _TakenBackError:
                return told[-1]
            raise AssertionError

        def noted(*parts: Any, **more: Any) -> Any:
            accepted = accept(*parts, **more)
            self._written += [str(one.verdict) for one in accepted.outcomes]
            return accepted

        database.write, door._accept_in = taken_back, noted
        log = logging.getLogger("campusdesk")
        level = log.level
        # Ten thousand lines that say who asked what would cost more than the asking.
        log.setLevel(logging.CRITICAL)
        try:
            yield self
        finally:
            log.setLevel(level)
            del database.write, door._accept_in

    def forget(self) -> None:
        """Ask everything anew: the program behind the answers is another one now."""
        self._kept.clear()
        self.world.server.context.answers.__init__()

    def outcome(self, cell: Cell) -> Outcome:
        """Ask one cell."""
        entry, who = cell.entry, cell.who
        rows = self.world.rows(who, cell.relation)
        if entry.decides is not None:
            actor = self._actor(who)
            return Outcome(cell, actor is not None and entry.decides(actor, rows), 200, "")
        asked_of = rows if entry.row or not entry.shows else self.world.rows(who, RELATIONS[0])
        answer, written = self._asked(entry, who, asked_of)
        if entry.rule.is_public:
            let_in = _code(answer) not in ("not_signed_in", "not_allowed")
        elif entry.absent:
            let_in = answer.status not in _REFUSING - {404}
        elif entry.shows:
            let_in = answer.status < 300 and rows[entry.shows].encode() in answer.body
        else:
            let_in = _let_in(answer, written=written)
        leaks = answer.status < 300 and not entry.rule.is_public and _names_others(entry, who, answer)
        return Outcome(cell, let_in, answer.status, _code(answer), leaks)

    def _actor(self, who: Who) -> Actor | None:
        """Return the caller as the server knows him or her now; None for whoever isn't signed in."""
        if who.key not in self._actors:
            headers = [(b"authorization", f"Bearer {who.token}".encode())]
            request = Request({"type": "http", "headers": headers, "client": ("127.0.0.1", 50_000)})
            self._actors[who.key] = self.world.server.context.auth.current(request).actor if who.is_in else None
        return self._actors[who.key]

    def _asked(self, entry: Entry, who: Who, rows: Rows) -> tuple[Answer, bool]:
        method, path = entry.route.split(" ", 1)
        raw, headers = entry.raw or b"", {name: _filled(value, rows) for name, value in entry.headers.items()}
        if method == COMMAND:
            method, path, raw = "POST", "/api/v1/sync", self._exchange(path, entry, who, rows)
        else:
            path = _PLACE.sub(lambda place: rows[entry.other.get(place[1]) or entry.row], path)
            path += _filled(entry.query, rows)
            if entry.body is not None:
                raw = orjson.dumps(entry.body(self.world, who, rows))
        if who.token:
            headers["authorization"] = f"Bearer {who.token}"
        key = (method, path, raw, who.key)
        if key not in self._kept or entry.route.startswith(COMMAND):
            self.calls += 1
            self._written = []
            answer = self.world.server.wire.ask(method, path, raw, headers)
            self._kept[key] = answer, bool(_DONE & set(self._written))
        return self._kept[key]

    def _exchange(self, kind: str, entry: Entry, who: Who, rows: Rows) -> bytes:
        """Return the request of a device that brings one command."""
        server = self.world.server
        device = who.device.id if who.device else server.new_id()
        target = rows[entry.row] if entry.row else server.new_id()
        command = {
            "id": server.new_id(),
            "device_id": device,
            "install_epoch": 1,
            "device_seq": self.calls + 1,
            "type": kind,
            "type_version": server.context.door.types[kind].version,
            "target_id": target,
            "payload": entry.body(self.world, who, rows) if entry.body else {},
            "observed_at": instant_text(server.clock.now()),
        }
        asked = {"protocol": 1, "device_id": device, "install_epoch": 1, "commands": [command], "page_rows": 1}
        return orjson.dumps(asked)


def _names_others(entry: Entry, who: Who, answer: Answer) -> bool:
    """Tell whether an answer has a name of an organisation that isn't the caller's; operators list institutes."""
    if who.operates and "/platform/organisations" in entry.route:
        return False
    others = (MARKER, *(("near course", "far course") if who.operates else ()))
    return any(one.encode() in answer.body for one in others)


def _filled(text: str, rows: Rows) -> str:
    return _PLACE.sub(lambda place: rows[place[1]], text)


def _let_in(answer: Answer, *, written: bool) -> bool:
    """Tell whether it came as far as the work itself; what is written is taken back, so reading it finds nothing."""
    if answer.status == 404 and written:
        return True
    if answer.status in _REFUSING or _code(answer) in _REFUSED_WORDS:
        return False
    return not _refused_command(answer)


def _outcomes(answer: Answer) -> list[dict[str, Any]]:
    """Return what was decided about commands, where an answer tells it."""
    if answer.status != 200 or b'"verdict"' not in answer.body:
        return []
    data = answer.json["data"]
    found = data.get("outcomes") or data.get("marks") or [data] if isinstance(data, dict) else data
    return [one for one in found if isinstance(one, dict) and {"verdict", "code"} <= one.keys()]


def _refused_command(answer: Answer) -> bool:
    return any(one["verdict"] == "held" or one["code"] in _REFUSED_WORDS for one in _outcomes(answer))


def _code(answer: Answer) -> str:
    if answer.status < 400:
        return ", ".join(f"{one['verdict']} {one['code'] or ''}".strip() for one in _outcomes(answer))
    try:
        return str(answer.json.get("code"))
    except ValueError:
        return "?"
