"""Applying on screen: forms that are open, the form step by step, and how far an application is."""

from PySide6.QtWidgets import QApplication

from desktop.admissions.apply_page import ApplyPage
from desktop.admissions.form_fields import ChoicesControl
from desktop.admissions.store import line_of, own_applications
from desktop.widgets.buttons import Button
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from tests.admissions.rows import APPLICANT, NOVELLA, application, id_of, rows, scan

OWN = application("Novella Costa", None, person_id=APPLICANT.person_id)
LOCKED = application("Novella Costa", None, person_id=APPLICANT.person_id, fee=5000, fee_paid=False)
OTHERS = [one for one in rows() if one is not NOVELLA]


def _words(page):
    return " ".join(label.text() for label in page.findChildren(Label) if label.isVisible())


def test_a_form_that_is_open_is_begun(open_page):
    page = open_page(ApplyPage, APPLICANT, given=OTHERS)
    button = next(one for one in page.findChildren(Button) if one.text() == "Apply")
    button.click()
    (line,) = own_applications(page.here.desk)
    assert (page.row_id, line.body["state"]) == (line.id, "draft")
    assert page._layers.currentWidget() is page.form


def test_what_is_typed_is_kept_by_itself_and_the_application_is_sent(open_page):
    page = open_page(ApplyPage, APPLICANT, id_of(OWN), [*OTHERS, OWN])
    form, desk = page.form, page.here.desk
    form.send()
    assert form.fields["field_1"].error == "“Date of birth” is missing."
    form.fields["field_2"].control.setPlainText("I like figures")
    assert form.timer.isActive()
    form.keep()
    assert line_of(desk, id_of(OWN)).body["answers"] == {"field_2": "I like figures"}
    form.fields["field_1"].control.setText("4 May 2004")
    form.fields["field_3"].control.choose("Beginner")
    form.go(1)
    assert form.cards[1].isVisible()
    several = form.fields["field_5"].control
    assert isinstance(several, ChoicesControl)
    several.checks["Sound"].setChecked(True)
    form.fields["field_6"].control.choose("yes")
    form.go(1)
    for key in ("document_1", "document_3"):
        form.fields[key].control.set_value(scan(f"{key}.pdf"))
        form.fields[key].control.changed.emit()
    form.send()
    body = line_of(desk, id_of(OWN)).body
    assert (body["state"], body["answers"]["field_1"], body["answers"]["field_5"]) == (
        "pending",
        "2004-05-04",
        ["Sound"],
    )
    assert page._layers.currentWidget() is page.status
    assert "Saved on this computer. It is sent as soon as there is a network." in _words(page)


def test_the_fee_is_paid_first(open_page):
    page = open_page(ApplyPage, APPLICANT, id_of(LOCKED), [*OTHERS, LOCKED])
    assert page._layers.currentWidget() is page.status
    assert "The form opens once the application fee of GHS 50.00 is paid" in _words(page)
    page.refresh()
    QApplication.processEvents()
    shown = [one.text() for one in page.findChildren(Button) if one.isVisible()]
    assert shown.count("Withdraw the application") == 1, "nothing of the page before remains"
    page.here.feed.bring([("application", {**LOCKED[1], "fee_paid": True, "revision": id_of(NOVELLA)})])
    page.refresh()
    assert page._layers.currentWidget() is page.form


def test_a_document_is_sent_again_and_the_application_withdrawn(open_page):
    page = open_page(ApplyPage, APPLICANT, id_of(NOVELLA))
    assert "The office could not read: National ID." in _words(page)
    assert "Note for staff" not in _words(page)
    page.form.fields["document_3"].control.set_value(scan("better.pdf"))
    page.form.fields["document_3"].control.changed.emit()
    page.form.keep()
    assert line_of(page.here.desk, id_of(NOVELLA)).body["answers"]["document_3"]["name"] == "better.pdf"
    page.ask_withdrawal()
    dialog = Dialog.opened_in(page.window())
    dialog.findChildren(Button)[-1].click()
    assert line_of(page.here.desk, id_of(NOVELLA)).body["state"] == "withdrawn"


def test_without_a_form_it_says_so(open_page):
    page = open_page(ApplyPage, APPLICANT, given=[one for one in OTHERS if one[0] != "application_form"])
    assert "No form is open" in _words(page)


def test_a_code_is_a_field_of_the_draft_and_stops_nothing(open_page, qtbot):
    field = {"key": "field_9", "label": "Code of whoever sent you", "type": "code", "required": False}
    content = {**OWN[1]["content"], "steps": [{"key": "step_9", "title": "More", "fields": [field]}], "documents": []}
    own = (OWN[0], {**OWN[1], "content": content, "answers": {}})
    page = open_page(ApplyPage, APPLICANT, id_of(own), [*OTHERS, own])
    made = page.form.fields["field_9"]
    made.control.setText("radoi")
    made.control.editingFinished.emit()
    assert made.error == "", "without a server it is kept for later"
    page.form.keep()
    assert line_of(page.here.desk, id_of(own)).body["answers"] == {"field_9": "radoi"}
    page.form.send()
    assert line_of(page.here.desk, id_of(own)).body["state"] == "pending"
