"""The rows of reconciliation in the matrix: a layout, a statement with a line, and a return that waits."""

import hashlib
from collections.abc import Callable
from typing import Any

from shared.finance.bank_commands import line_id
from shared.finance.statement_layouts import READY
from shared.finance.statement_reading import fingerprints, read_statement

Make = Callable[[str, dict[str, Any], str], str]
_RULES = dict(READY[0][2])


def bank(make: Make, name: str, rows: dict[str, str], home: str) -> None:
    """Add what a bursar reconciles."""
    changes = {"name": {"new": f"{name} bank"}, "rules": {"new": _RULES}}
    rows["bank_layout"] = make("SaveBankLayout", {"changes": changes}, home)
    content = f"Date,Description,Amount\n19/11/2026,Transfer {name} {home},50.00\n"
    wanted = {"file_name": f"{name}.csv", "rules": _RULES, "currency": "GHS", "content": content}
    rows["statement"] = make("ImportStatement", wanted, home)
    marks = fingerprints(read_statement(content, _RULES, "GHS", "2026-11-20").rows)
    rows["money_line"] = line_id(rows["statement"], marks[0])
    asked = {"line_id": rows["money_line"], "amount": 100, "reason": "Wrong school"}
    rows["money_return"] = make("AskReturn", asked, home)
    rows["proof"] = proof(make, rows["person"], home)


def proof(make: Make, person_id: str, home: str) -> str:
    """Let the office show someone's transfer; returns the proof's id."""
    wanted = {
        "person_id": person_id,
        "amount": 100,
        "currency": "GHS",
        "paid_on": "2026-11-19",
        "sha256": hashlib.sha256(f"{person_id} {home}".encode()).hexdigest(),
        "file_name": "slip.jpg",
        "file_kind": "jpeg",
    }
    return make("SendProof", wanted, home)
