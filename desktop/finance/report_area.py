"""What reports of money add to the desktop."""

from collections.abc import Callable

from desktop.core.area import NavigationEntry, PageFactory, PaletteCommand
from desktop.core.desk import Desk
from desktop.finance.report_page import MoneyReportPage
from shared.core.actor import Actor
from shared.core.text import text
from shared.finance.permissions import may_manage_finance
from shared.finance.report_rules import Report
from shared.finance.report_words import report_words

PAGE = "finance.reports"
NAVIGATION = (NavigationEntry(PAGE, text("Money reports"), "chart-column", "office", may_manage_finance, order=38),)
PAGES: dict[str, PageFactory] = {PAGE: MoneyReportPage}
GUARDS: dict[str, Callable[[Actor], bool]] = {PAGE: may_manage_finance}


def _opening(report: Report) -> Callable[[Desk], None]:
    return lambda desk: desk.open(PAGE, None, tab=str(report))


PALETTE = tuple(
    PaletteCommand(report_words(report), "chart-column", _opening(report), may_manage_finance) for report in Report
)
