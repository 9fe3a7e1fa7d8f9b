"""The lines of the sync page for plans and discounts, and how their rows are listed."""

from desktop.core.area import KindSpec, Line
from shared.core.command import Command
from shared.core.projection import ReadRow
from shared.core.text import text
from shared.finance.discount_commands import PAYLOADS as DISCOUNT_PAYLOADS
from shared.finance.plan_commands import PAYLOADS as PLAN_PAYLOADS
from shared.finance.vocabulary import DISCOUNT, DISCOUNT_USE, INSTALMENT_PLAN
from shared.people.rules import fold
from shared.people.vocabulary import PERSON

KINDS = {
    INSTALMENT_PLAN: KindSpec(keys={"person_id": lambda body: body.get("person_id")}),
    DISCOUNT: KindSpec(
        sort_text=lambda body: fold(str(body.get("name") or "")), keys={"state": lambda body: body.get("state")}
    ),
    DISCOUNT_USE: KindSpec(
        keys={
            "person_id": lambda body: body.get("person_id"),
            "discount_id": lambda body: body.get("discount_id"),
        }
    ),
}
TYPE_VERSIONS = dict.fromkeys((*PLAN_PAYLOADS, *DISCOUNT_PAYLOADS), 1)


def _planned(command: Command, read: ReadRow) -> str:
    person = read(PERSON, command.payload["person_id"]) or {}
    name = " ".join(filter(None, (str(person.get(part) or "") for part in ("given_name", "family_name"))))
    return text("Set the instalment plan of {name}", name=name or text("a student"))


def _named(key: str, read: ReadRow) -> str:
    return str((read(DISCOUNT, key) or {}).get("name") or "")


def _kept(command: Command, read: ReadRow) -> str:
    named = command.payload["changes"].get("name", {}).get("new")
    return text("Set the discount {name}", name=named or _named(command.target_id, read))


LINES: dict[str, Line] = {
    "SavePlan": _planned,
    "SaveDiscount": _kept,
    "GrantDiscount": lambda command, read: text(
        "Gave the discount {name}", name=_named(command.payload.get("discount_id") or "", read)
    ),
}
