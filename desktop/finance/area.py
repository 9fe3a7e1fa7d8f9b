"""What fees and payments add to the desktop."""

from desktop.core.area import DesktopArea, StoreArea
from desktop.finance import lines
from shared.finance.commands import PAYLOADS
from shared.finance.projections import PROJECTIONS

STORE = StoreArea(
    kinds=lines.KINDS,
    projections=PROJECTIONS,
    type_versions=dict.fromkeys(PAYLOADS, 1),
    lines=lines.LINES,
)


def area() -> DesktopArea:
    """Return the rows, pages, navigation entries and palette commands of money."""
    return DesktopArea(name="finance", store=STORE)
