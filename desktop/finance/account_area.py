"""What ledgers and fees add to the desktop, beside the cash desk."""

from collections.abc import Callable

from desktop.core.area import NavigationEntry, PageFactory, PaletteCommand
from desktop.finance.account_section import AccountPage
from desktop.finance.earnings_page import EarningsPage, StatementPage
from desktop.finance.fees_page import FeesPage
from desktop.finance.overdue_page import OverduePage
from desktop.finance.own_account_page import OwnAccountPage
from desktop.finance.subscriptions_page import SubscriptionsPage
from shared.core.actor import Actor
from shared.core.text import text
from shared.finance.permissions import may_manage_finance, may_see_ledgers
from shared.people.permissions import is_student
from shared.people.vocabulary import Role


def is_instructor(actor: Actor) -> bool:
    """Instructors have a statement of their own, and see no other's."""
    return Role.INSTRUCTOR in actor.roles


NAVIGATION = (
    NavigationEntry("finance.own", text("My fees"), "coins", "office", is_student, order=30),
    NavigationEntry("finance.overdue", text("Overdue"), "hourglass", "office", may_see_ledgers, order=36),
    NavigationEntry("finance.fees", text("Fees"), "coins", "office", may_see_ledgers, order=34),
    NavigationEntry("finance.subscriptions", text("Subscriptions"), "refresh-cw", "office", may_see_ledgers, order=35),
    NavigationEntry("finance.earnings", text("Affiliates and shares"), "users", "office", may_see_ledgers, order=36),
    NavigationEntry("finance.own_earnings", text("My earnings"), "coins", "teaching", is_instructor, order=90),
)
PAGES: dict[str, PageFactory] = {
    "finance.own": OwnAccountPage,
    "finance.account": AccountPage,
    "finance.fees": FeesPage,
    "finance.overdue": OverduePage,
    "finance.subscriptions": SubscriptionsPage,
    "finance.earnings": EarningsPage,
    "finance.earning": StatementPage,
    "finance.own_earnings": StatementPage,
}
GUARDS: dict[str, Callable[[Actor], bool]] = {
    "finance.own": is_student,
    "finance.account": may_see_ledgers,
    "finance.fees": may_see_ledgers,
    "finance.overdue": may_see_ledgers,
    "finance.subscriptions": may_see_ledgers,
    "finance.earnings": may_see_ledgers,
    "finance.earning": may_see_ledgers,
    "finance.own_earnings": is_instructor,
}
PALETTE = (
    PaletteCommand(
        text("Set what a course costs"),
        "coins",
        lambda desk: desk.open("finance.fees", None, act="new"),
        may_manage_finance,
    ),
)
