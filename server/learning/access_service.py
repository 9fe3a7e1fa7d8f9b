"""Opens and closes classes to students by what another area knows of them, such as a subscription that lapsed."""

from collections.abc import Mapping
from enum import StrEnum

from server.core.batch import Batch
from server.learning.enrolment_service import ENROLMENT_KIND
from shared.learning.vocabulary import EnrolmentState

_S = EnrolmentState


class Access(StrEnum):
    """What is done with a class: opened, closed for a time, opened again, and closed for good."""

    OPEN = "open"
    CLOSE = "close"
    REOPEN = "reopen"
    END = "end"


MOVES: Mapping[Access, tuple[frozenset[EnrolmentState], EnrolmentState]] = {
    Access.OPEN: (frozenset({_S.PENDING, _S.SUSPENDED, _S.DROPPED, _S.CANCELLED}), _S.ACTIVE),
    Access.CLOSE: (frozenset({_S.PENDING, _S.ACTIVE}), _S.DROPPED),
    Access.REOPEN: (frozenset({_S.DROPPED}), _S.ACTIVE),
    Access.END: (frozenset({_S.PENDING, _S.ACTIVE, _S.SUSPENDED, _S.DROPPED}), _S.CANCELLED),
}
"""From which states an enrolment goes to which; anywhere else the office has decided, and that stays."""


def set_access(batch: Batch, wanted: Mapping[str, Access], revision: str) -> set[str]:
    """Open or close classes, by enrolment, in the caller's transaction; returns the enrolments that moved.

    A dropped or cancelled enrolment opens nothing: its class is gone from the student's device with the next exchange.
    """
    present = ENROLMENT_KIND.read(batch, wanted)
    moved = [
        {**body, "state": str(MOVES[wanted[key]][1]), "revision": revision}
        for key, body in present.items()
        if body["state"] in MOVES[wanted[key]][0]
    ]
    ENROLMENT_KIND.update(batch, moved)
    batch.access_changed = batch.access_changed or bool(moved)
    return {body["id"] for body in moved}
