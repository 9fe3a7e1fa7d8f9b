"""An applicant at a lab machine: applies, pays the fee in the browser, comes back, and the form opens by itself."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from PySide6.QtCore import Qt

from desktop.admissions.apply_page import ApplyPage
from desktop.finance import online_dialog
from desktop.finance.online_dialog import PayOnlineDialog
from tests.finance.online import Online
from tests.finance.test_mobile_pages import press_shown
from tests.finance.test_online_pages import WAIT, at, enter, program
from tests.people.test_door_pages import keep_picture

__all__ = ["at", "program"]
pytestmark = pytest.mark.slow
FEE = 50_00
FIELDS = [{"key": "field_1", "label": "Home", "type": "text", "required": True, "choices": []}]


def _open_form(at: Online) -> None:
    """A course whose published form has a fee."""
    server, new = at.server, at.server.new_id
    course, form = new(), new()
    whole = {
        "course_id": course,
        "title": "Photography, next intake",
        "fee": FEE,
        "currency": "GHS",
        "opens_on": "2026-01-01",
        "closes_on": "2099-12-15",
        "steps": [{"key": "step_1", "title": "About you", "fields": FIELDS}],
        "documents": [],
        "checks": [],
        "charges": [],
    }
    published = {"changes": {"state": {"old": "draft", "new": "published"}}}
    commands: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("AddCourse", course, {"code": "PHOTO", "title": "Photography"}),
        ("AddApplicationForm", form, whole),
    )
    for kind, target, payload in commands:
        told = server.do(server.command(kind, target, payload), server.organisation_id)
        assert told.verdict == "applied", told
    command = server.command("EditApplicationForm", form, published, base=told.revision)
    assert server.do(command, server.organisation_id).verdict == "applied"


def test_the_fee_is_paid_in_the_browser_and_the_form_opens(
    at: Online, program: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(online_dialog.QDesktopServices, "openUrl", lambda url: opened.append(url.toString()) or True)
    at.server.settings.__dict__["public_url"] = "https://desk.example"
    _open_form(at)
    assert at.people["ama"]  # who has come to the lab
    window = enter(program, qtbot, "ama")
    window.open_page("admissions.apply")
    page = window.page
    assert isinstance(page, ApplyPage)
    keep_picture(window, "apply")
    press_shown(page, "Apply", qtbot)
    qtbot.waitUntil(lambda: page.line is not None and page.pay_button.isEnabled(), timeout=WAIT)
    keep_picture(window, "apply-fee")
    page.pay_button.setFocus()
    qtbot.keyClick(page.pay_button, Qt.Key.Key_Space)
    dialog = window.findChild(PayOnlineDialog)
    qtbot.waitUntil(dialog.pay_button.isEnabled, timeout=WAIT)
    assert dialog.amount.text() == "50.00"
    dialog.pay()
    qtbot.waitUntil(lambda: bool(opened), timeout=WAIT)
    keep_picture(window, "apply-fee-waits")
    (reference,) = at.here.transactions
    _pays_in_the_browser(at, opened[0], reference)
    dialog.look()
    qtbot.waitUntil(lambda: page._layers.currentWidget() is page.form, timeout=WAIT)
    assert page.line.body["fee_paid"] is True
    dialog.reject()
    page.form.fields["field_1"].control.setText("Osu, Accra")
    keep_picture(window, "apply-form")
    assert page.form.keep()
    page.form.send()
    assert page._layers.currentWidget() is page.status
    qtbot.waitUntil(lambda: page.line.body["state"] == "pending" and not page.line.waiting, timeout=WAIT)
    keep_picture(window, "apply-sent")


def _pays_in_the_browser(at: Online, url: str, reference: str) -> None:
    """The gateway's page is paid on, and sends the browser back to a page that decides nothing."""
    assert url.startswith(at.here.base)
    at.here.pay(reference)
    back = at.here.callbacks[reference]
    assert back == "https://desk.example/api/v1/payment-return"
    page = at.server.wire.ask("GET", urlsplit(back).path)
    assert page.status == 200
    assert "Close this page and look there." in page.body.decode()
    assert "style-src 'sha256-" in page.headers["content-security-policy"]
