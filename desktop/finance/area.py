"""What fees and payments add to the desktop."""

from desktop.core.area import DesktopArea, StoreArea
from desktop.finance import (
    account_area,
    bank_desk_area,
    bank_lines,
    earning_lines,
    lines,
    overdue_lines,
    payloads,
    plan_lines,
    report_area,
    report_lines,
    subscription_lines,
    till_area,
    till_lines,
)
from shared.finance.bank_projections import PROJECTIONS as BANK_PROJECTIONS
from shared.finance.commands import PAYLOADS
from shared.finance.fee_commands import PAYLOADS as FEE_PAYLOADS
from shared.finance.plan_projections import PROJECTIONS as PLAN_PROJECTIONS
from shared.finance.projections import PROJECTIONS

STORE = StoreArea(
    kinds={
        **lines.KINDS,
        **bank_lines.KINDS,
        **till_lines.KINDS,
        **plan_lines.KINDS,
        **overdue_lines.KINDS,
        **subscription_lines.KINDS,
        **earning_lines.KINDS,
        **report_lines.KINDS,
    },
    projections={
        **PROJECTIONS,
        **BANK_PROJECTIONS,
        **till_lines.PROJECTIONS,
        **PLAN_PROJECTIONS,
        **overdue_lines.PROJECTIONS,
        **subscription_lines.PROJECTIONS,
        **earning_lines.PROJECTIONS,
        **report_lines.PROJECTIONS,
    },
    type_versions={
        **dict.fromkeys((*PAYLOADS, *FEE_PAYLOADS), 1),
        **bank_lines.TYPE_VERSIONS,
        **till_lines.TYPE_VERSIONS,
        **plan_lines.TYPE_VERSIONS,
        **subscription_lines.TYPE_VERSIONS,
        **earning_lines.TYPE_VERSIONS,
        **report_lines.TYPE_VERSIONS,
        **overdue_lines.TYPE_VERSIONS,
    },
    lines={
        **lines.LINES,
        **bank_lines.LINES,
        **till_lines.LINES,
        **plan_lines.LINES,
        **overdue_lines.LINES,
        **subscription_lines.LINES,
        **earning_lines.LINES,
        **report_lines.LINES,
    },
    numbers=till_lines.NUMBERS,
    payloads=payloads.PAYLOADS,
)


def area() -> DesktopArea:
    """Return the rows, pages, navigation entries and palette commands of money."""
    return DesktopArea(
        name="finance",
        store=STORE,
        navigation=(
            *account_area.NAVIGATION,
            *bank_desk_area.NAVIGATION,
            *till_area.NAVIGATION,
            *report_area.NAVIGATION,
        ),
        pages={**account_area.PAGES, **bank_desk_area.PAGES, **till_area.PAGES, **report_area.PAGES},
        guards={**account_area.GUARDS, **bank_desk_area.GUARDS, **till_area.GUARDS, **report_area.GUARDS},
        palette=(*account_area.PALETTE, *bank_desk_area.PALETTE, *till_area.PALETTE, *report_area.PALETTE),
    )
