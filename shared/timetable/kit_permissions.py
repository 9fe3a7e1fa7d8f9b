"""Who keeps kit, who lends it, and who may book or give back a time."""

from collections.abc import Mapping
from typing import Any

from shared.core.actor import Actor
from shared.people.vocabulary import Permission


def may_manage_kit(actor: Actor) -> bool:
    """Staff with `kit.manage` keep the list of kit, lift blocks and set the limits."""
    return actor.may(Permission.KIT_MANAGE)


def may_lend_kit(actor: Actor) -> bool:
    """Staff with `kit.lend`, and those who manage kit, give it out and take it back."""
    return may_manage_kit(actor) or actor.may(Permission.KIT_LEND)


def may_book_kit_for(actor: Actor, person_id: str) -> bool:
    """Everybody books for himself, as far as he has the right to the piece; staff who lend for others too."""
    return actor.person_id == person_id or may_lend_kit(actor)


def may_cancel_kit_booking(actor: Actor, booking: Mapping[str, Any]) -> bool:
    """Whoever has the time gives it back, and staff who lend."""
    return may_book_kit_for(actor, str(booking["person_id"]))
