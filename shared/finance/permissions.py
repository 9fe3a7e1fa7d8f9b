"""Who sees money, charges for it, takes it, decides about it, and sets its rules."""

from shared.core.actor import Actor
from shared.people.vocabulary import Permission

_ANY = (
    Permission.FINANCE_SEE,
    Permission.FINANCE_CHARGE,
    Permission.FINANCE_TAKE_PAYMENT,
    Permission.FINANCE_APPROVE,
    Permission.FINANCE_MANAGE,
)


def may_see_ledgers(actor: Actor) -> bool:
    """Whoever works with money sees everybody's ledger; others see none but their own."""
    return any(actor.may(word) for word in _ANY)


def may_see_account(actor: Actor, person_id: str) -> bool:
    """One's own ledger is one's own to see."""
    return actor.person_id == person_id or may_see_ledgers(actor)


def may_charge(actor: Actor) -> bool:
    """`finance.charge` adds charges and reverses them."""
    return actor.may(Permission.FINANCE_CHARGE)


def may_take_payment(actor: Actor) -> bool:
    """`finance.take_payment` takes money at the desk."""
    return actor.may(Permission.FINANCE_TAKE_PAYMENT)


def may_begin_online(actor: Actor, person_id: str) -> bool:
    """Everybody pays for oneself through a gateway; who takes payments begins one for a student."""
    return actor.person_id == person_id or may_take_payment(actor)


def may_approve(actor: Actor) -> bool:
    """`finance.approve` decides about voids, refunds and transfers, and moves money."""
    return actor.may(Permission.FINANCE_APPROVE)


def may_manage_finance(actor: Actor) -> bool:
    """`finance.manage` sets fees, plans and policies, and reads reports."""
    return actor.may(Permission.FINANCE_MANAGE)
