"""The lines of the sync page for subscriptions, and how their rows are listed."""

from desktop.core.area import KindSpec, Line
from shared.core.command import Command
from shared.core.projection import ReadRow
from shared.core.text import text
from shared.finance.subscription_commands import PAYLOADS
from shared.finance.subscription_projections import PROJECTIONS
from shared.finance.subscription_vocabulary import SUBSCRIPTION_PRICE, SubscriptionAct
from shared.finance.vocabulary import SUBSCRIPTION
from shared.people.rules import fold
from shared.people.vocabulary import PERSON

__all__ = ["KINDS", "LINES", "PROJECTIONS", "TYPE_VERSIONS"]
KINDS = {
    SUBSCRIPTION_PRICE: KindSpec(
        sort_text=lambda body: fold(str(body.get("name") or "")), keys={"state": lambda body: body.get("state")}
    ),
    SUBSCRIPTION: KindSpec(
        sort_text=lambda body: str(body.get("began_on") or ""),
        keys={"person_id": lambda body: body.get("person_id"), "state": lambda body: body.get("state")},
    ),
}
TYPE_VERSIONS = dict.fromkeys(PAYLOADS, 1)


def _name(person_id: str, read: ReadRow) -> str:
    person = read(PERSON, person_id) or {}
    words = " ".join(filter(None, (str(person.get(part) or "") for part in ("given_name", "family_name"))))
    return words or text("a student")


def _priced(command: Command, read: ReadRow) -> str:
    named = command.payload["changes"].get("name", {}).get("new")
    return text(
        "Set the price {name}", name=named or (read(SUBSCRIPTION_PRICE, command.target_id) or {}).get("name", "")
    )


def _changed(command: Command, read: ReadRow) -> str:
    name = _name(str((read(SUBSCRIPTION, command.target_id) or {}).get("person_id") or ""), read)
    words = {
        SubscriptionAct.PAUSE: text("Paused the subscription of {name}", name=name),
        SubscriptionAct.RESUME: text("Resumed the subscription of {name}", name=name),
        SubscriptionAct.KEEP: text("Kept the subscription of {name}", name=name),
    }
    return words.get(command.payload["act"], text("Cancelled the subscription of {name}", name=name))


LINES: dict[str, Line] = {
    "SaveSubscriptionPrice": _priced,
    "Subscribe": lambda command, read: text("Subscribed {name}", name=_name(command.payload["person_id"], read)),
    "ChangeSubscription": _changed,
}
