"""What Paystack's answers have in common: whether a call worked, why it didn't, and its data."""

from collections.abc import Mapping
from typing import Any

from server.finance.gateway import GatewayError, part
from server.finance.gateway_http import Reply

UNAUTHORISED = 401


def worked(reply: Reply) -> bool:
    """Tell whether a call worked; where its payment stands is another matter."""
    # Old samples have "false" as a text, which would count as true.
    return reply.good and reply.told.get("status") is True


def message(reply: Reply) -> str:
    """Return the answer's message in lower case."""
    return str(reply.told.get("message", "")).lower()


def refused(reply: Reply) -> GatewayError:
    """Return why a call didn't work."""
    if reply.status == UNAUTHORISED or "invalid key" in message(reply):
        return GatewayError("key_refused", known=True)
    return GatewayError("refused", str(reply.told.get("message", ""))[:200], known=True)


def data_of(reply: Reply) -> Mapping[str, Any]:
    """Return the object that an answer brings; raises GatewayError."""
    if not worked(reply):
        raise refused(reply)
    return part(reply.told, "data")


def rows_of(reply: Reply) -> list[Mapping[str, Any]]:
    """Return the list that an answer brings; raises GatewayError."""
    if not worked(reply):
        raise refused(reply)
    rows = reply.told.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise GatewayError("answer_unreadable", "no list")
    return rows
