"""What people do about the institute's texts: answer, withdraw, and, as the data officer, publish a new version."""

from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.people.consent_store import OwnAnswer, answer_ask
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.consent import ConsentAnswer, may_keep_consents


def say(desk: Desk, shown: dict[str, Any], answer: ConsentAnswer) -> None:
    """Answer a text; offline too. Raises CampusError where it can't be saved."""
    desk.commit([answer_ask(desk, shown, answer)])


def withdraw(desk: Desk, one: OwnAnswer) -> None:
    """Take back what one agreed to. Raises CampusError `nothing_agreed`."""
    if not one.may_withdraw:
        raise CampusError("nothing_agreed", text("There is nothing to withdraw here."))
    shown = {"id": one.text_id, "purpose": one.purpose, "version": one.version}
    desk.commit([answer_ask(desk, shown, ConsentAnswer.WITHDRAWN)])


def agree(desk: Desk, one: OwnAnswer) -> None:
    """Agree to what one refused or withdrew before."""
    shown = {"id": one.text_id, "purpose": one.purpose, "version": one.version}
    desk.commit([answer_ask(desk, shown, ConsentAnswer.AGREED)])


def publish(desk: Desk, purpose: str, title: str, body: str) -> None:
    """Publish a new version of a text. Raises CampusError `not_allowed`, `field_invalid`."""
    if not may_keep_consents(desk.actor):
        raise CampusError("not_allowed", text("Only a data officer publishes what people are asked about."))
    if not title.strip() or not body.strip():
        raise CampusError("field_invalid", text("A text has a title and words. Enter both."))
    payload = {"purpose": purpose, "title": title.strip(), "body": body.strip(), "author_name": desk.actor.name}
    desk.commit([Ask("PublishConsentText", desk.ids(), payload)])
