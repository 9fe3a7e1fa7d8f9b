"""Enquiries and the designer of forms on screen."""

from desktop.admissions.enquiries_page import EnquiriesPage
from desktop.admissions.enquiry_dialogs import ConvertDialog, EnquiryDialog, FollowUpDialog
from desktop.admissions.form_page import FormPage
from desktop.admissions.form_parts import FieldDialog, PartDialog
from desktop.admissions.forms_page import FormsPage
from desktop.admissions.store import application_lines
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from shared.admissions.vocabulary import ApplicationState
from tests.admissions.rows import ENQUIRIES, FORM_ID, id_of
from tests.attendance.classes import COURSE


def _dialog(page, kind):
    found = Dialog.opened_in(page.window())
    assert isinstance(found, kind)
    return found


def test_what_is_due_stands_first_and_is_followed_up(open_page):
    page = open_page(EnquiriesPage)
    model = page.table.record_model
    assert model.row_at(0).body["name"] == "Esi Appiah"
    assert page.head.subtitle.text() == "2 are to be followed up by today"
    page.table.go_to(id_of(ENQUIRIES[0]))
    page.follow_button.click()
    dialog = _dialog(page, FollowUpDialog)
    dialog.save()
    assert dialog.words_field.error == "Enter what was said."
    dialog.words.setPlainText("Wants the January intake")
    dialog.day.setText("+7")
    dialog.save()
    body = page.here.store.get("enquiry", id_of(ENQUIRIES[0]))
    assert (body["follow_up_on"], body["said"][0]["words"]) == ("2026-11-27", "Wants the January intake")
    page.follow_up(id_of(ENQUIRIES[0]))
    _dialog(page, FollowUpDialog)._ask_state("closed")
    assert page.here.store.get("enquiry", id_of(ENQUIRIES[0]))["state"] == "closed"
    page.filters.filters["due"].choose("due")
    assert [line.body["name"] for line in page.lines] == ["Kojo Mensah"]


def test_an_enquiry_is_noted_and_becomes_an_application(open_page):
    page = open_page(EnquiriesPage)
    page.new()
    dialog = _dialog(page, EnquiryDialog)
    dialog.save()
    assert dialog.named["name"].error == "Enter something here."
    dialog.name.setText("Ama Serwaa")
    dialog.save()
    assert dialog.named["phone"].error == "Enter a phone number or a mail address."
    dialog.phone.setText("024 555 0177")
    dialog.day.setText("nonsense")
    dialog.save()
    assert dialog.named["follow_up_on"].error
    dialog.day.setText("")
    dialog.save()
    assert toasts_of(page).toasts[-1].words == "Enquiry of Ama Serwaa saved"
    page.convert()
    dialog = _dialog(page, ConvertDialog)
    assert dialog.form.chosen == FORM_ID
    dialog.save()
    drafts = application_lines(page.here.desk, [ApplicationState.DRAFT])
    assert "Ama Serwaa" in {line.name for line in drafts}


def test_a_form_is_designed_with_a_preview_and_published(open_page):
    page = open_page(FormPage)
    assert not page.save(), "a form needs a title"
    assert page.fields.named["title"].error
    page.fields.title.setText("Sound, January")
    page.fields.course.choose(COURSE)
    page.fields.fee.setText("50.001")
    assert page.fields.named["fee"].error
    page.fields.fee.setText("50")
    page.edit_field(0, -1)
    dialog = _dialog(page, FieldDialog)
    dialog.label.setText("Level")
    dialog.kind.choose("choice")
    dialog.save()
    assert dialog.choices_field.error == "“Level” has no choices. Enter at least two."
    dialog.choices.setPlainText("Beginner\nAdvanced")
    dialog.save()
    assert list(page.preview.fields) == ["field_1"]
    page.edit_part("documents", "Documents", -1)
    part = _dialog(page, PartDialog)
    part.save()
    assert part.title_field.error
    part.title_line.setText("Certificate")
    part.save()
    page.edit_part("charges", "Charges", -1)
    part = _dialog(page, PartDialog)
    part.title_line.setText("Registration")
    part.amount.setText("0")
    part.save()
    assert part.amount_field.error == "Enter an amount above 0."
    part.amount.setText("200")
    part.save()
    page.add_step()
    page.publish()
    assert "has no field" in toasts_of(page).toasts[-1].words
    page._take_step(1, None)
    page.publish()
    assert (page.form["state"], page.form["fee"], page.form["charges"][0]["amount"]) == ("published", 5000, 20_000)
    page.close_form()
    assert page.form["state"] == "closed"


def test_parts_of_a_form_move(open_page):
    page = open_page(FormPage, entity=FORM_ID)
    card = page.parts.itemAt(1).widget()
    card.moved.emit(-1)
    assert [one["key"] for one in page.form["steps"]] == ["step_2", "step_1"]
    assert page.is_changed
    page.fields.closes.setText("1/10")
    assert not page.save()
    assert page.fields.named["closes_on"].error == "The form closes before it opens. Choose a later day."


def test_the_list_of_forms(open_page):
    page = open_page(FormsPage)
    model = page.table.record_model
    assert (model.rowCount(), page._count(model.row_at(0))) == (1, "6")
    page.table.opened.emit(FORM_ID)
    assert page.here.opened.pages[-1][:2] == ("admissions.form", FORM_ID)
    page.filters.filters["state"].choose("closed")
    assert page.body.empty.isVisible()
