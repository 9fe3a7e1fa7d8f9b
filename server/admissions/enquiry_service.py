"""What the commands of enquiries do: note, change and follow up who asks about the institute."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.admissions.kinds import ENQUIRY_KIND
from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, edit, missing, settler_of
from server.core.field_values import refused_values
from shared.admissions.commands import ENQUIRY_FIELDS, PAYLOADS, RecordEnquiry
from shared.admissions.enquiry_rules import enquiry_fault, said_fault
from shared.admissions.permissions import may_edit_admissions
from shared.admissions.projections import enquiry_from, followed_up
from shared.admissions.vocabulary import ENQUIRY, EnquiryState
from shared.core.text import text


def _may(item: Item) -> bool:
    return item.accepted or may_edit_admissions(item.author)


def _not_allowed(item: Item) -> Decision:
    return rejected(item, "not_allowed", text("Your role doesn't keep enquiries. Ask the office."))


def record(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Note enquiries."""
    bodies: list[Body] = []
    refused: dict[str, Decision] = {}
    for item in items:
        body = enquiry_from(item.command, item.author.name)
        fault = enquiry_fault(body)
        if not _may(item):
            refused[item.command.id] = _not_allowed(item)
        elif fault is not None:
            refused[item.command.id] = rejected(item, "field_invalid", fault.sentence, fields={fault.where: fault[1]})
        else:
            bodies.append(body)
    inserted = ENQUIRY_KIND.insert(batch, bodies)
    return [refused.get(item.command.id) or _made(item, inserted) for item in items]


def _made(item: Item, inserted: set[str]) -> Decision:
    return applied(item.command.id) if item.target.id in inserted else agreed(None, existing_id=item.target.id)


def edit_enquiries(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Change enquiries field by field."""
    return edit(batch, ENQUIRY_KIND, items, _check)


def _check(_batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not _may(item):
        return _not_allowed(item)
    if not set(wanted) <= set(ENQUIRY_FIELDS):
        return rejected(item, "field_unknown", text("This can't be set here."))
    if wanted.get("state") == EnquiryState.CONVERTED or body["state"] == EnquiryState.CONVERTED:
        words = text("This enquiry became an application. Change it there.")
        return rejected(item, "enquiry_converted", words)
    fault = enquiry_fault({**body, **wanted})
    if fault is not None:
        return rejected(item, "field_invalid", fault.sentence, fields={fault.where: fault.sentence})
    return refused_values(item, RecordEnquiry, wanted)


def follow_up(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Note what was said; what two people note at once both stands."""
    present = ENQUIRY_KIND.read(batch, (item.target.id for item in items))
    written: list[Body] = []
    decisions: list[Decision] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, ENQUIRY))
        elif not _may(item):
            decisions.append(_not_allowed(item))
        elif fault := said_fault(item.payload.words, item.payload.follow_up_on, len(body["said"])):
            decisions.append(rejected(item, "field_invalid", fault.sentence))
        else:
            written.append(followed_up(item.command, body, item.author.name))
            decisions.append(applied(item.command.id))
    ENQUIRY_KIND.update(batch, written)
    return decisions


settle = settler_of(ENQUIRY_KIND)
"""Writes the chosen values of an enquiry."""


COMMANDS = (
    CommandType("RecordEnquiry", PAYLOADS["RecordEnquiry"], record),
    CommandType("EditEnquiry", PAYLOADS["EditEnquiry"], edit_enquiries),
    CommandType("FollowUpEnquiry", PAYLOADS["FollowUpEnquiry"], follow_up),
)
