"""What the cash desk adds to the desktop."""

from collections.abc import Callable

from desktop.core.area import NavigationEntry, PageFactory, PaletteCommand
from desktop.core.desk import Desk
from desktop.finance.cash_desk_page import CashDeskPage
from desktop.finance.check_page import CHECK_PAGE, CheckPage
from desktop.finance.till_store import waiting_requests
from shared.core.actor import Actor
from shared.core.text import text
from shared.finance.permissions import may_approve, may_see_ledgers, may_take_payment


def _waiting(desk: Desk) -> int:
    """Return how many voids and refunds wait for this person."""
    if not may_approve(desk.actor):
        return 0
    return sum(one["asked_by"] != desk.actor.person_id for one in waiting_requests(desk))


def _check(desk: Desk) -> None:
    desk.open(CHECK_PAGE, None)


NAVIGATION = (
    NavigationEntry(
        "finance.cash_desk", text("Cash desk"), "banknote", "office", may_see_ledgers, badge=_waiting, order=32
    ),
)
PAGES: dict[str, PageFactory] = {"finance.cash_desk": CashDeskPage, CHECK_PAGE: CheckPage}
GUARDS: dict[str, Callable[[Actor], bool]] = {"finance.cash_desk": may_see_ledgers}
PALETTE = (
    PaletteCommand(
        text("Take a payment"), "banknote", lambda desk: desk.open("finance.cash_desk", None), may_take_payment
    ),
    PaletteCommand(text("Check a receipt"), "scan-line", _check),
)
