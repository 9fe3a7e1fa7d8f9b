"""The lines of the sync page for overdue money, and how its rows are listed."""

from desktop.core.area import KindSpec, Line
from desktop.finance.till_lines import PROJECTIONS as TILL_PROJECTIONS
from shared.core.command import Command
from shared.core.projection import Projection, ReadRow
from shared.core.text import plural, text
from shared.finance.overdue_commands import PAYLOADS
from shared.finance.overdue_projections import PROJECTIONS as OVERDUE_PROJECTIONS
from shared.finance.overdue_projections import holds_paid
from shared.finance.projections import joined
from shared.finance.refund_rules import PAYLOADS as REFUND_PAYLOADS
from shared.finance.vocabulary import CANCELLATION, FINANCE_POLICY, PAYMENT_EXCEPTION, PAYMENT_REMINDER, REFUND_RULE
from shared.learning.holds import HOLD, hold_word
from shared.people.vocabulary import PERSON

KINDS = {
    FINANCE_POLICY: KindSpec(),
    REFUND_RULE: KindSpec(),
    CANCELLATION: KindSpec(
        keys={
            "person_id": lambda body: body.get("person_id"),
            "enrolment_id": lambda body: body.get("enrolment_id"),
        }
    ),
    PAYMENT_EXCEPTION: KindSpec(keys={"person_id": lambda body: body.get("person_id")}),
    PAYMENT_REMINDER: KindSpec(
        sort_text=lambda body: str(body.get("made_at") or ""), keys={"person_id": lambda body: body.get("person_id")}
    ),
}
TYPE_VERSIONS = dict.fromkeys((*PAYLOADS, *REFUND_PAYLOADS), 1)
PROJECTIONS: dict[str, Projection] = {
    **OVERDUE_PROJECTIONS,
    # A payment at this desk lifts a hold here, long before the server hears of it.
    "TakePayment": joined(TILL_PROJECTIONS["TakePayment"], holds_paid),
}


def _name(person_id: str, read: ReadRow) -> str:
    person = read(PERSON, person_id) or {}
    name = " ".join(filter(None, (str(person.get(part) or "") for part in ("given_name", "family_name"))))
    return name or text("a student")


def _lifted(command: Command, read: ReadRow) -> str:
    hold = read(HOLD, command.target_id)
    if hold is None:
        return text("Lifted a hold")
    return text("Lifted a hold of {name}: {what}", name=_name(hold["person_id"], read), what=hold_word(hold["what"]))


def _reminded(command: Command, _read: ReadRow) -> str:
    return plural("Reminded {n} student", "Reminded {n} students", len(command.payload["person_ids"]))


LINES: dict[str, Line] = {
    "SetFinancePolicy": lambda _command, _read: text("Set what happens to overdue money"),
    "SaveRefundRule": lambda _command, _read: text("Set what goes back when an enrolment is cancelled"),
    "RunOverdue": lambda _command, _read: text("Looked at what is overdue"),
    "RemindPayers": _reminded,
    "LiftHold": _lifted,
    "SparePayer": lambda command, read: text(
        "Spared {name} until {day}", name=_name(command.payload["person_id"], read), day=command.payload["until"]
    ),
}
