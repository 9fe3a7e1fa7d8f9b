"""What the routes of reconciliation ask for: one line for each."""

from typing import Any

from shared.finance.statement_layouts import READY
from shared.people.vocabulary import Permission
from tests.authorisation.rules import OWN_ROW, Entry, given, has, holds, naming
from tests.authorisation.world import Rows, Who, World

_RECONCILES, _BRINGS = has(Permission.FINANCE_APPROVE), holds(Permission.FINANCE_APPROVE)
_ALL = "?limit=500"
_RULES = dict(READY[0][2])
_LAYOUT = given(name="Our bank", rules=_RULES)
_FILE = given(
    file_name="b.csv",
    rules=_RULES,
    currency="GHS",
    content="Date,Description,Amount\n19/11/2026,A transfer,7.00\n",
)


def _goal(_world: World, _who: Who, rows: Rows) -> dict[str, Any]:
    return {"goals": [{"goal": "payment", "id": rows["random"]}]}


def _placing(_world: World, _who: Who, rows: Rows) -> dict[str, Any]:
    return {"amount": 100, "paid_for": [{"person_id": rows["person"], "amount": 100}]}


_SEES = OWN_ROW | has(
    Permission.FINANCE_SEE,
    Permission.FINANCE_CHARGE,
    Permission.FINANCE_TAKE_PAYMENT,
    Permission.FINANCE_APPROVE,
    Permission.FINANCE_MANAGE,
)
_PROOF = {"amount": 100, "currency": "GHS", "paid_on": "2026-11-19", "sha256": "f" * 64, "file_name": "slip.jpg"}
_PROOFS = "/api/v1/transfer-proofs"
ENTRIES = (
    Entry(f"GET {_PROOFS}", _SEES, shows="proof", query=_ALL),
    Entry(f"GET {_PROOFS}/{{row_id}}", _SEES, row="proof"),
    Entry(
        f"POST {_PROOFS}",
        OWN_ROW | has(Permission.FINANCE_TAKE_PAYMENT),
        naming({**_PROOF, "file_kind": "jpeg"}, person_id="person"),
    ),
    Entry(f"POST {_PROOFS}/{{row_id}}/decision", _RECONCILES, given(approved=False, reason="Blurred"), row="proof"),
    Entry(f"POST {_PROOFS}/{{row_id}}/withdrawal", OWN_ROW, given(), row="proof"),
    Entry("GET /api/v1/bank-layouts", _RECONCILES, shows="bank_layout", query=_ALL),
    Entry("GET /api/v1/bank-layouts/{row_id}", _RECONCILES, row="bank_layout"),
    Entry("POST /api/v1/bank-layouts", _BRINGS, _LAYOUT),
    Entry("PUT /api/v1/bank-layouts/{row_id}", _RECONCILES, _LAYOUT, row="bank_layout"),
    Entry("GET /api/v1/bank-statements", _RECONCILES, shows="statement", query=_ALL),
    Entry("GET /api/v1/bank-statements/{row_id}", _RECONCILES, row="statement"),
    Entry("POST /api/v1/bank-statements", _BRINGS, _FILE),
    Entry("GET /api/v1/statement-lines", _RECONCILES, shows="money_line", query=_ALL),
    Entry("GET /api/v1/statement-lines/parts", _BRINGS),
    Entry("GET /api/v1/statement-lines/{row_id}", _RECONCILES, row="money_line"),
    Entry("POST /api/v1/statement-lines/{row_id}/matches", _RECONCILES, _goal, row="money_line"),
    Entry("PUT /api/v1/statement-lines/{row_id}/aside", _RECONCILES, given(reason="Interest"), row="money_line"),
    Entry("POST /api/v1/statement-lines/{row_id}/placements", _RECONCILES, _placing, row="money_line"),
    Entry(
        "POST /api/v1/statement-lines/{row_id}/returns",
        _RECONCILES,
        given(amount=100, reason="Wrong school"),
        row="money_line",
    ),
    Entry("GET /api/v1/money-matches", _RECONCILES, shows="money_return", query=_ALL),
    Entry("GET /api/v1/money-matches/{row_id}", _RECONCILES, row="money_return"),
    Entry("POST /api/v1/money-matches/{row_id}/end", _RECONCILES, given(reason="Mistake"), row="money_return"),
    Entry("POST /api/v1/money-matches/{row_id}/decision", _RECONCILES, given(approved=True), row="money_return"),
)
BY_ROUTE = {
    "SendProof": f"POST {_PROOFS}",
    "DecideProof": f"POST {_PROOFS}/{{row_id}}/decision",
    "WithdrawProof": f"POST {_PROOFS}/{{row_id}}/withdrawal",
    "SaveBankLayout": "POST /api/v1/bank-layouts",
    "ImportStatement": "POST /api/v1/bank-statements",
    "MatchMoney": "POST /api/v1/statement-lines/{row_id}/matches",
    "SetLineAside": "PUT /api/v1/statement-lines/{row_id}/aside",
    "PlaceMoney": "POST /api/v1/statement-lines/{row_id}/placements",
    "AskReturn": "POST /api/v1/statement-lines/{row_id}/returns",
    "UndoMatch": "POST /api/v1/money-matches/{row_id}/end",
    "DecideReturn": "POST /api/v1/money-matches/{row_id}/decision",
}
