"""What reports and corrections add to the desktop."""

from desktop.attendance.report_corrections_page import CorrectionsPage
from desktop.attendance.report_page import ReportPage
from desktop.core.area import NavigationEntry, PageFactory, PaletteCommand
from shared.attendance.permissions import may_correct_register
from shared.attendance.report_permissions import may_see_reports
from shared.core.text import text


def navigation() -> tuple[NavigationEntry, ...]:
    """Return the places in the rail."""
    return (
        NavigationEntry("attendance.reports", text("Reports"), "chart-column", "institute", may_see_reports, order=10),
        NavigationEntry(
            "attendance.corrections", text("Corrections"), "pencil-ruler", "teaching", may_correct_register, order=16
        ),
    )


PAGES: dict[str, PageFactory] = {"attendance.reports": ReportPage, "attendance.corrections": CorrectionsPage}


def palette() -> tuple[PaletteCommand, ...]:
    """Return the commands of the palette."""
    return (
        PaletteCommand(
            text("Hours for a sponsor"),
            "clock",
            lambda desk: desk.open("attendance.reports", None, tab="hours"),
            may_see_reports,
        ),
        PaletteCommand(
            text("Registers still open"),
            "clipboard-list",
            lambda desk: desk.open("attendance.reports", None, tab="open"),
            may_see_reports,
        ),
    )
