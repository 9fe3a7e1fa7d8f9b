"""Empties enquiries of people who have no entry of their own: their words go, from commands too."""

from collections.abc import Sequence
from typing import Any

import orjson

from server.admissions.kinds import ENQUIRY_KIND
from server.core.batch import Batch, CommandType, Decision, Item, applied, rejected
from server.core.entities import missing
from server.core.sql import SetSql
from shared.admissions.forgetting import ForgetEnquiry, may_forget
from shared.admissions.vocabulary import ENQUIRY
from shared.core.text import text

_EMPTY: dict[str, Any] = {
    "name": "",
    "phone": "",
    "email": "",
    "note": "",
    "said": [],
    "follow_up_on": None,
    "state": "closed",
}
_COMMANDS = SetSql(
    "UPDATE command_log SET detail = NULL, salt = NULL WHERE organisation_id = :organisation_id"
    " AND type <> 'ForgetEnquiry' AND detail IS NOT NULL AND target_id IN (SELECT id FROM {ids} i)"
)


def forget(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Empty enquiries for good."""
    present = ENQUIRY_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    gone: list[str] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, ENQUIRY))
        elif not may_forget(item.author):
            decisions.append(rejected(item, "not_allowed", text("Only a data officer removes what was noted.")))
        elif batch.origin.device_id:
            words = text("This needs the server and a fresh sign-in. Do it on the page of enquirers' data.")
            decisions.append(rejected(item, "network_needed", words))
        elif body["application_id"]:
            words = text("This enquiry became an application. Anonymise the person instead.")
            decisions.append(rejected(item, "enquiry_converted", words))
        else:
            ENQUIRY_KIND.update(batch, [{**body, **_EMPTY, "revision": item.command.id}])
            gone.append(body["id"])
            decisions.append(applied(item.command.id))
    if gone:
        batch.db.run(_COMMANDS, organisation_id=batch.organisation_id, ids=orjson.dumps(gone).decode())
    return decisions


COMMANDS = (CommandType("ForgetEnquiry", ForgetEnquiry, forget),)
