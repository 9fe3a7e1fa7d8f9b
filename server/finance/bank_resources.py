"""What the REST face of reconciliation lists: layouts, statements, their lines and matches, with an example of each."""

from typing import Any

from server.core.resources import Resource
from server.finance.bank_kinds import LAYOUT_KIND, LINE_KIND, MATCH_KIND, STATEMENT_KIND
from server.finance.line_parts import PARTS
from shared.core.actor import Actor
from shared.finance.permissions import may_approve
from shared.finance.statement_layouts import READY

_REVISION = "01a1f7f8-3000-7672-874a-d4a9f55daf8f"
LINE = "01a1f7f8-3000-7672-874a-d4a8ff8edb80"
PAYMENT = "01a1f7f8-3000-7672-874a-d4a8ff8edb61"
_STATEMENT = "01a1f7f8-3000-7672-874a-d4a8ff8edb81"
RULES: dict[str, Any] = dict(READY[0][2])
LAYOUTS = Resource(
    family="bank-layouts",
    kind=LAYOUT_KIND,
    add="",
    edit="",
    filters={"state": "state"},
    sorts=("name",),
    default_sort="name",
    name="bank layout",
    example={
        "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb82",
        "revision": _REVISION,
        "name": "Our bank",
        "rules": RULES,
        "state": "active",
    },
)
STATEMENTS = Resource(
    family="bank-statements",
    kind=STATEMENT_KIND,
    add="",
    edit="",
    filters={"currency": "currency", "digest": "digest"},
    sorts=("imported_at", "first_day"),
    default_sort="imported_at",
    name="bank statement",
    example={
        "id": _STATEMENT,
        "revision": _REVISION,
        "file_name": "november.csv",
        "layout_name": "Our bank",
        "currency": "GHS",
        "first_day": "2026-11-01",
        "last_day": "2026-11-20",
        "opening": 12_500_000,
        "closing": 18_420_000,
        "total": 5_920_000,
        "taken": 48,
        "skipped": 2,
        "reason": "",
        "imported_at": "2026-11-20T08:30:00.000Z",
        "imported_by_name": "Efua Mensah",
    },
)
LINES = Resource(
    family="statement-lines",
    kind=LINE_KIND,
    add="",
    edit="",
    filters={
        "origin": "origin",
        "statement_id": "statement_id",
        "day": "day",
        "state": "state",
        "currency": "currency",
        "problem": "problem",
    },
    sorts=("day", "amount"),
    default_sort="day",
    search=("words", str),
    choices={"part": PARTS},
    name="statement line",
    example={
        "id": LINE,
        "revision": _REVISION,
        "origin": "bank",
        "statement_id": _STATEMENT,
        "line": 14,
        "day": "2026-11-20",
        "words": "TRANSFER AMA MENSAH 10024",
        "reference": "FT26325A1",
        "amount": 250_000,
        "currency": "GHS",
        "live": True,
        "problem": "",
        "state": "open",
        "reason": "",
    },
)
MATCHES = Resource(
    family="money-matches",
    kind=MATCH_KIND,
    add="",
    edit="",
    filters={"line_id": "line_id", "goal_id": "goal_id", "goal": "goal", "state": "state"},
    sorts=("made_at",),
    default_sort="made_at",
    name="match",
    example={
        "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb83",
        "revision": _REVISION,
        "line_id": LINE,
        "goal": "payment",
        "goal_id": PAYMENT,
        "amount": 250_000,
        "difference": 0,
        "effect": "confirmed",
        "state": "made",
        "reason": "",
        "made_at": "2026-11-20T08:30:00.000Z",
        "made_by_name": "Efua Mensah",
    },
)


def reconciling(actor: Actor) -> Actor:
    """Return someone as the lists of reconciliation know him or her: whoever doesn't reconcile sees none of it."""
    return actor if may_approve(actor) else actor.model_copy(update={"scopes": (f"person:{actor.person_id}",)})
