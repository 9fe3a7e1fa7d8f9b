"""The review on screen: the longest wait first, an offer that is off until all checks are done, and the messages."""

import pytest
from PySide6.QtCore import QItemSelectionModel

from desktop.admissions.letter_paper import letter_of
from desktop.admissions.review_dialogs import DecisionDialog, InterviewDialog, WriteDialog
from desktop.admissions.review_page import ReviewPage
from desktop.admissions.store import events_of, line_of
from desktop.shell.document_preview import PreviewDialog
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from shared.admissions.rules import Step
from shared.admissions.vocabulary import ApplicationState
from shared.core.errors import CampusError
from shared.people.vocabulary import Role
from tests.admissions.rows import KWAME, LEILA, NOVELLA, OFFERED, TOM, application, id_of, rows
from tests.attendance.classes import person_id
from tests.desks import make_actor

AUDITOR = make_actor(person_id("Ekow Auditor"), "Ekow Auditor", Role.AUDITOR)
LONG = application("Nana Akosua Serwaa Konadu-Agyemang Owusu-Ansah the Third of Kumasi", "2026-11-01")


def _dialog(page, kind):
    found = Dialog.opened_in(page.window())
    assert isinstance(found, kind)
    return found


def _body(page, row):
    return line_of(page.here.desk, id_of(row)).body


def test_the_longest_wait_stands_first_and_is_on_show(open_page):
    page = open_page(ReviewPage)
    assert [one.name for one in page.list.model.lines] == [
        "Novella Costa",
        "Kwame Asante",
        "Leila Karimi",
        "Tom Becker",
    ]
    assert page.list.count.text() == "4 to review"
    assert page.person.name.text() == "Novella Costa"
    assert page.person.strip.current is Step.DOCUMENTS
    assert page.panel.place.text() == "1 of 4"
    assert not page.panel.offer_button.isEnabled()
    assert page.panel.why.text() == "Offer a place becomes available when all checks are done."
    page.list.step(1)
    assert page.person.name.text() == "Kwame Asante"
    page.list.search.setText("becker")
    page.list.refresh()
    assert page.person.name.text() == "Tom Becker"
    page.list.search.setText("nobody")
    page.list.refresh()
    assert page.stack.currentIndex() == 1


def test_checks_open_the_offer_which_shows_its_mail(open_page):
    page = open_page(ReviewPage)
    page.panel.checks["check_2"].click()
    assert page.panel.offer_button.isEnabled()
    page.panel.offer_button.click()
    dialog = _dialog(page, DecisionDialog)
    assert dialog.words.toPlainText().startswith("We are glad to offer you a place in Diploma in Accounting.")
    dialog.decide()
    assert _body(page, NOVELLA)["state"] == "approved"
    assert "place offered" in toasts_of(page).toasts[-1].words
    page.list.state.choose("approved")
    page.list.go_to(id_of(NOVELLA))
    page.panel.undo_button.click()
    assert _body(page, NOVELLA)["state"] == "under_review"


def test_declining_asks_why(open_page):
    page = open_page(ReviewPage)
    page.panel.decline_button.click()
    dialog = _dialog(page, DecisionDialog)
    dialog.decide()
    assert dialog.reason_field.error == "Enter why it is declined. Only staff read this."
    dialog.reason.setPlainText("No certificate")
    dialog.words.setPlainText("x" * 2001)
    dialog.decide()
    assert dialog.words_field.error
    dialog.words.setPlainText("We can't offer you a place.")
    dialog.decide()
    assert (_body(page, NOVELLA)["state"], _body(page, NOVELLA)["reason"]) == ("rejected", "")
    notes = [one["words"] for one in events_of(page.here.desk, id_of(NOVELLA)) if one["kind"] == "note"]
    assert "No certificate" in notes, "kept where the applicant doesn't see it"


def test_several_are_decided_in_one_step_with_one_undo(open_page):
    page = open_page(ReviewPage)
    view = page.list.view
    for at in (2, 3):
        index = page.list.model.index(at, 0)
        view.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
    view.selectionModel().select(page.list.model.index(0, 0), QItemSelectionModel.SelectionFlag.Deselect)
    assert page.bulk.isVisible()
    page.bulk_buttons["waiting"].click()
    dialog = _dialog(page, DecisionDialog)
    assert dialog.title.text() == "Put 2 applicants on the waiting list"
    mails = dialog.mails
    assert [row.content.title for row in mails.list.rows] == ["Leila Karimi", "Tom Becker"]
    assert mails.subject.text() == "You are on the waiting list for Diploma in Accounting"
    dialog.words.setPlainText("Both of you: come on Monday.")
    mails.list.choose(id_of(TOM))
    mails.list.pressed.emit(id_of(TOM))
    assert ("Hello Tom" in mails.text.toPlainText(), "come on Monday" in mails.text.toPlainText()) == (True, True)
    assert not mails.source.isHidden(), "without a server the supplied text stands there"
    dialog.decide()
    assert {_body(page, one)["state"] for one in (LEILA, TOM)} == {"waiting_list"}
    page.decide([line_of(page.here.desk, id_of(one)) for one in (NOVELLA, KWAME)], ApplicationState.APPROVED)
    _dialog(page, DecisionDialog).decide()
    assert "Novella Costa: Offer a place becomes available" in toasts_of(page).toasts[-1].words


def test_messages_interviews_and_notes(open_page):
    page = open_page(ReviewPage)
    page.panel.write_button.click()
    dialog = _dialog(page, WriteDialog)
    dialog.send()
    assert dialog.words_field.error == "Write what the applicant shall read."
    dialog.document.choose("document_3")
    assert "National ID" in dialog.words.toPlainText()
    dialog.send()
    page.panel.interview_button.click()
    dialog = _dialog(page, InterviewDialog)
    usual = dialog.words.toPlainText()
    assert "We invite you to an interview" in usual
    dialog.words.setPlainText("x" * 2_001)
    dialog.save()
    assert dialog.words_field.error == "This is longer than 2000 letters. Shorten it."
    assert dialog.isVisible(), "what was typed stays until it is saved"
    dialog.words.setPlainText(usual)
    dialog.save()
    assert _body(page, NOVELLA)["interview_at"] == "2026-11-23T10:00:00.000Z"
    page.panel.note.setPlainText("Strong")
    page.panel.score.setText("many")
    page.note()
    assert page.panel.score_field.error
    page.panel.score.setText("90")
    page.note()
    assert page.panel.note.toPlainText() == ""
    assert toasts_of(page).toasts[-1].words == "Note saved. Only staff read it"


def test_who_only_reads_decides_nothing(open_page):
    page = open_page(ReviewPage, AUDITOR)
    buttons = (page.panel.offer_button, page.panel.decline_button, page.panel.write_button, page.panel.note_button)
    assert not any(one.isEnabled() for one in buttons)
    assert page.panel.why.text() == "Your role reads applications only. Ask the registrar."


def test_a_long_name_an_empty_list_and_one_that_is_named(open_page):
    page = open_page(ReviewPage, given=rows(LONG))
    assert page.person.name.text() == LONG[1]["name"]
    assert page.panel.width() <= 320
    nobody = open_page(ReviewPage, given=[one for one in rows() if one[0] not in ("application", "application_event")])
    assert nobody.stack.currentIndex() == 1
    page.show_one(id_of(OFFERED))
    assert (page.list.state.chosen, page.person.name.text()) == ("all", "Ruth Achieng")


def test_the_letter_is_made(open_page, qtbot):
    page = open_page(ReviewPage, entity=id_of(OFFERED))
    flow = letter_of(page.here.desk, page.line)
    assert flow.title == "Offer of a place"
    assert flow.pdf().startswith(b"%PDF")
    with pytest.raises(CampusError):
        letter_of(page.here.desk, line_of(page.here.desk, id_of(TOM)))
    page.panel.letter_button.click()
    qtbot.waitUntil(lambda: Dialog.opened_in(page.window()) is not None, timeout=5000)
    _dialog(page, PreviewDialog).reject()
