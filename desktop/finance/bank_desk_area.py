"""What reconciliation adds to the desktop."""

from collections.abc import Callable

from desktop.core.area import NavigationEntry, PageFactory, PaletteCommand
from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.finance.reconcile_page import ReconcilePage
from shared.core.actor import Actor
from shared.core.text import text
from shared.finance.bank_words import MONEY_MATCH, MatchState
from shared.finance.permissions import may_approve


def _waiting(desk: Desk) -> int:
    """Return how many returns wait for this person."""
    asked = desk.store.page(MONEY_MATCH, [Where("state", "=", str(MatchState.WAITING))], limit=-1)
    return sum(one["made_by"] != desk.actor.person_id for one in asked)


def _import(desk: Desk) -> None:
    desk.open("finance.reconcile", None, act="import")


NAVIGATION = (
    NavigationEntry(
        "finance.reconcile", text("Reconciliation"), "landmark", "office", may_approve, badge=_waiting, order=33
    ),
)
PAGES: dict[str, PageFactory] = {"finance.reconcile": ReconcilePage}
GUARDS: dict[str, Callable[[Actor], bool]] = {"finance.reconcile": may_approve}
PALETTE = (PaletteCommand(text("Import a bank statement"), "landmark", _import, may_approve),)
