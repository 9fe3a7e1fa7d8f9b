"""What the routes of overdue money ask for: one line for each."""

from typing import Any

from shared.people.vocabulary import Permission
from tests.authorisation.rules import OWN_ROW, Entry, given, has, holds
from tests.authorisation.world import Rows, Who, World

P = Permission
_ALL = "?limit=500"
_MONEY = (P.FINANCE_SEE, P.FINANCE_CHARGE, P.FINANCE_TAKE_PAYMENT, P.FINANCE_APPROVE, P.FINANCE_MANAGE)
_SEES_HOLDS = OWN_ROW | has(*_MONEY, P.ENROLMENTS_EDIT, P.KIT_LEND, P.KIT_MANAGE)
_SPARED = given(until="2027-01-01", reason="The sponsor pays then")


def _reminding(_world: World, _who: Who, rows: Rows) -> dict[str, Any]:
    return {"person_ids": [rows["person"]]}


ENTRIES = (
    Entry("GET /api/v1/overdue/policy", holds(*_MONEY)),
    Entry("PUT /api/v1/overdue/policy", holds(P.FINANCE_MANAGE), given(grace_days=5)),
    Entry("GET /api/v1/overdue/preview", holds(*_MONEY)),
    Entry("POST /api/v1/overdue/runs", holds(P.FINANCE_MANAGE, P.FINANCE_APPROVE)),
    Entry("GET /api/v1/holds", _SEES_HOLDS, shows="hold", query=_ALL),
    Entry("GET /api/v1/holds/{row_id}", _SEES_HOLDS, row="hold"),
    Entry("POST /api/v1/holds/{row_id}/lift", has(P.FINANCE_APPROVE), _SPARED, row="hold"),
    Entry("GET /api/v1/payment-reminders", has(*_MONEY), shows="reminder", query=_ALL),
    Entry("GET /api/v1/payment-reminders/{row_id}", has(*_MONEY), row="reminder"),
    Entry("POST /api/v1/payment-reminders", holds(P.FINANCE_CHARGE, P.FINANCE_MANAGE), _reminding),
    Entry("GET /api/v1/payment-exceptions", has(*_MONEY), shows="exception", query=_ALL),
    Entry("GET /api/v1/payment-exceptions/{row_id}", has(*_MONEY), row="exception"),
    Entry("GET /api/v1/refund-rules", holds(*_MONEY)),
    Entry("PUT /api/v1/refund-rules", holds(P.FINANCE_MANAGE), given(steps=[{"until": -7, "percent": 100}])),
    Entry("GET /api/v1/refund-rules/previews/{enrolment_id}", has(*_MONEY, P.ENROLMENTS_EDIT), row="enrolment"),
    Entry("PUT /api/v1/payment-exceptions/{person_id}", has(P.FINANCE_APPROVE), _SPARED, row="person"),
)
BY_ROUTE = {
    "SetFinancePolicy": "PUT /api/v1/overdue/policy",
    "RunOverdue": "POST /api/v1/overdue/runs",
    "RemindPayers": "POST /api/v1/payment-reminders",
    "SaveRefundRule": "PUT /api/v1/refund-rules",
    "LiftHold": "POST /api/v1/holds/{row_id}/lift",
    "SparePayer": "PUT /api/v1/payment-exceptions/{person_id}",
}
