"""What is asked of the server about the log of all changes; each call needs a worker.

This computer remembers where the log's chain stood when it last looked, and computes from there by itself: a log that
was cut, or written anew by whoever has the server, doesn't go on from there.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from desktop.core.api_client import ApiClient
from desktop.core.desk import Desk
from desktop.core.meta import LEASE_KEY
from desktop.core.restored_log import is_signed
from desktop.core.server_asking import client_of, page_of, read_anew
from shared.core.sync import RestoredLog
from shared.core.text import text

REMEMBERED = "audit_chain"
"""The fact of the store that holds [place, chain as hex, the server's epoch]."""
_PATH = "/api/v1/audit"
_LINKS = 5_000
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Checked:
    """How a check ended: the server's own sentence, or what this computer found."""

    whole: bool
    sentence: str


def _client(desk: Desk) -> ApiClient:
    return client_of(desk, text("The log is kept by the server, and it can't be reached. Connect first."))


def audit_entries(desk: Desk, wanted: Mapping[str, str], page: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Return a page of the log, the newest first, and how many entries there are."""
    return page_of(_client(desk), _PATH, wanted, page, limit)


def audit_export(desk: Desk, wanted: Mapping[str, str], kind: str) -> bytes:
    """Return the log as `csv`, `xlsx` or `json`."""
    return _client(desk).download(f"{_PATH}/export?{urlencode(sorted({**wanted, 'format': kind}.items()))}")


def check_log(desk: Desk) -> Checked:
    """Let the server check its log, and follow it from where this computer saw it last."""
    told = _client(desk).write("POST", f"{_PATH}/check", {}, desk.ids())["data"]
    if not told["whole"]:
        return Checked(whole=False, sentence=told["sentence"])
    epoch = str(told.get("server_epoch") or "")
    known = desk.store.recall(REMEMBERED) or [0, "", epoch]
    known = known if known[2] == epoch else _known_of(desk, told.get("restored"), known, epoch)
    if known is None:
        message = text("The log begins anew, and the server didn't sign that a backup was restored. Ask who runs it.")
        return Checked(whole=False, sentence=message)
    reached, chain = _followed(desk, int(known[0]), bytes.fromhex(known[1]), int(told["links"]))
    if (reached, chain.hex()) != (told["links"], told["chain"]):
        message = text("The log doesn't go on from what this computer saw before (entry {n}).", n=known[0])
        return Checked(whole=False, sentence=message)
    desk.store.remember(REMEMBERED, [reached, chain.hex(), epoch])
    return Checked(whole=True, sentence=told["sentence"])


def _known_of(desk: Desk, restored: Body | None, known: list[Any], epoch: str) -> list[Any] | None:
    """Return from where a log is followed after a restore; None where the server didn't sign that there was one.

    The restored log is the beginning of what was seen here, or this computer saw less: then it goes on from there.
    """
    entry = RestoredLog.model_validate(restored) if restored else None
    key = desk.store.recall(LEASE_KEY, "")
    if entry is None or not is_signed(entry, desk.actor.organisation_id, key, epoch):
        return None
    if int(known[0]) <= entry.audit_seq:
        return known
    reached, chain = _followed(desk, 0, b"", entry.audit_seq)
    return [reached, chain.hex(), epoch] if (reached, chain.hex()) == (entry.audit_seq, entry.chain) else None


def _followed(desk: Desk, reached: int, chain: bytes, last: int) -> tuple[int, bytes]:
    """Compute the chain up to `last` from what the links add; a missing link ends it early."""
    while reached < last:
        wanted = {"after": reached, "limit": min(_LINKS, last - reached)}
        links = read_anew(_client(desk), f"{_PATH}/links", wanted)["data"]
        for link in links:
            if link["audit_seq"] != reached + 1:
                return reached, b""
            reached, chain = reached + 1, hashlib.sha256(chain + bytes.fromhex(link["digest"])).digest()
        if not links:
            break
    return reached, chain
