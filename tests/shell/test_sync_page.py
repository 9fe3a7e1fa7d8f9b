"""The sync page: the receipt in a sentence and line by line, filters, notices, and what a line opens."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QGuiApplication

from desktop.core.outbox import Ask
from desktop.core.receipts import ReceiptCounts
from desktop.core.sync_state import Phase, SyncState
from desktop.shell import receipt_words
from desktop.shell.page_book import SYNC
from desktop.widgets.buttons import Button
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from shared.core.conflict import Conflict
from shared.core.ids import derived_id
from shared.core.outcome import Outcome, Verdict
from tests.desks import ORGANISATION
from tests.shell.conftest import GRACE, conflict_row, held_conflict, student_id


def edit(desk, at=0):
    target = student_id(0, at)
    ask = Ask("EditPerson", target, {"changes": {"phone": {"old": None, "new": "024 555 0101"}}}, base=target)
    return desk.commit([ask])[0]


def answer(office, command, verdict, **more):
    office.feed.bring([], [Outcome(command_id=command.id, target_id=command.target_id, verdict=verdict, seq=1, **more)])


@pytest.mark.parametrize(
    ("counts", "undecided", "who", "words"),
    [
        (ReceiptCounts(), 0, "", "Nothing was saved on this computer yet."),
        (
            ReceiptCounts(saved=47, applied=46, conflict=1),
            1,
            "Amina",
            ("47 saved here: 46 applied, 1 waiting for Amina's answer"),
        ),
        (
            ReceiptCounts(saved=3, applied=1, agreed=1, waiting=1),
            0,
            "",
            "3 saved here: 2 applied, 1 waiting to be sent",
        ),
        (
            ReceiptCounts(saved=4, conflict=2, held=1, rejected=1),
            1,
            "",
            ("4 saved here: 0 applied, 2 decided, 1 waiting for a decision, 1 not accepted"),
        ),
    ],
)
def test_the_receipt_is_one_sentence(counts, undecided, who, words):
    assert receipt_words.receipt_sentence(counts, undecided, who) == words


def test_who_decides_is_named_where_it_is_one_person():
    conflict = Conflict.model_validate(conflict_row()[1])
    assert receipt_words.who_decides([conflict], GRACE) == "Kofi Boateng"
    assert receipt_words.who_decides([], GRACE) == ""
    assert receipt_words.who_decides([Conflict.model_validate(held_conflict()[1])], GRACE) == "the office"


@pytest.fixture
def page(window, office):
    edit(office.desk)
    window.open_page(SYNC)
    return window.page


def shown(page):
    model = page.table.record_model
    return [page.source.line(model.id_at(row)) for row in range(model.rowCount())]


def test_every_saved_change_is_a_line_with_its_state(page, office):
    assert page.head.subtitle.text() == "1 saved here: 0 applied, 1 waiting to be sent"
    (line,) = shown(page)
    assert page._state(line).text == "Waiting"
    answer(office, edit(office.desk, 1), Verdict.APPLIED)
    page.refresh()
    assert page.head.subtitle.text() == "2 saved here: 1 applied, 1 waiting to be sent"


@pytest.mark.parametrize(("only", "count"), [("all", 3), ("waiting", 1), ("answered", 2), ("refused", 1)])
def test_filters_leave_what_they_say(page, office, only, count):
    answer(office, edit(office.desk, 1), Verdict.APPLIED)
    answer(office, edit(office.desk, 2), Verdict.REJECTED, code="not_allowed", message="Your role doesn't change this.")
    page.view.choose(only)
    page.refresh()
    assert len(shown(page)) == page.table.record_model.rowCount() == count


def test_details_open_the_filter_that_was_asked_for(window, office):
    window.open_page(SYNC, only="waiting")
    assert window.page.view.chosen == "waiting"
    assert window.page.empty.title.text() == "Nothing is waiting"
    assert window.page.empty.isVisibleTo(window.page)


def test_a_refused_change_shows_its_sentence_and_can_be_taken_off(page, office, window, qtbot):
    command = edit(office.desk, 2)
    answer(office, command, Verdict.REJECTED, code="not_allowed", message="Your role doesn't change this.")
    page.refresh()
    page.open_line(command.id)
    dialog = Dialog.opened_in(window)
    assert "Your role doesn't change this." in [label.text() for label in dialog.findChildren(Label)]
    dialog.show_button.click()
    dialog.show_button.click()
    assert '"code": "not_allowed"' in QGuiApplication.clipboard().text()
    next(one for one in dialog.findChildren(Button) if one.text() == "Take off the list").click()
    assert office.store.pending().refused == 0
    assert Dialog.opened_in(window) is None


def test_a_line_that_waits_for_a_decision_opens_it(page, office, window):
    command = edit(office.desk, 1)
    kind, body = conflict_row()
    office.feed.bring([(kind, body)])
    answer(office, command, Verdict.CONFLICT, conflict_id=body["id"])
    page.refresh()
    assert page._state(page.source.line(command.id)).text == "Needs a decision"
    assert page.decide.text() == "Decide 1"
    page.open_line(command.id)
    assert Dialog.opened_in(window).view.id == body["id"]


def test_a_decided_one_needs_nothing_more(page, office):
    command = edit(office.desk, 1)
    answer(office, command, Verdict.CONFLICT, conflict_id=derived_id("settled long ago"))
    page.refresh()
    assert page._state(page.source.line(command.id)).text == "Decided"
    assert not page.decide.isVisibleTo(page)


def test_without_a_server_nothing_can_be_sent_or_compared(page):
    assert not page.send.isEnabled()
    assert not page.compare.isEnabled()


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (SyncState(), None),
        (SyncState(Phase.OFFLINE, sentence="The server can't be reached."), "retry"),
        (SyncState(Phase.SIGNED_OUT, sentence="Your sign-in has ended."), "sign_in"),
        (SyncState(Phase.UPDATE_NEEDED, sentence="Update the program."), ""),
        (SyncState(Phase.CERTIFICATE_CHANGED, sentence="This server doesn't show the certificate."), ""),
    ],
)
def test_what_stands_in_the_way_stays_until_it_is_over(state, action, clock):
    found = receipt_words.notices(state, None, clock.now())
    assert [notice.action for notice in found] == ([] if action is None else [action])
    assert [notice.words for notice in found] == ([state.sentence] if state.sentence else [])


class _Guarded:
    """A store of which only the lease and the clock's offset matter."""

    def __init__(self, guard, offset=0):
        self.guard, self.offset = guard, offset

    def recall(self, _name, default=None):
        return self.offset or default


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=10), None),
        (
            timedelta(days=2, hours=1),
            "Work can be saved here for 2 days more without the server. Connect it until then.",
        ),
        (
            timedelta(hours=5, minutes=1),
            "Work can be saved here for 5 hours more without the server. Connect it until then.",
        ),
        (timedelta(0), "The time for work without the server is over. Connect this computer; what you saved is safe."),
    ],
)
def test_the_lease_is_told_in_its_last_days(left, words, clock, monkeypatch):
    monkeypatch.setattr(receipt_words, "lease_end", lambda _signed_in: clock.now() + left)
    signed_in = SimpleNamespace(store=_Guarded(None), notes=())
    found = receipt_words.notices(SyncState(), signed_in, clock.now())
    assert [notice.words for notice in found] == ([words] if words else [])


def test_a_wrong_clock_and_the_notes_of_the_sign_in_are_told(clock):
    signed_in = SimpleNamespace(store=_Guarded(None, offset=-31_536_000_000), notes=("The file was damaged.",))
    found = [notice.words for notice in receipt_words.notices(SyncState(), signed_in, clock.now())]
    assert found == [
        "This computer's clock is 525,600 minutes off the server's. Set it; until then your entries are flagged.",
        "The file was damaged.",
    ]


def test_times_are_those_of_the_institute_even_when_its_zone_comes_later(page, office):
    (line,) = shown(page)
    assert page._time(line) == "today 13:05"
    row = office.store.get("organisation", ORGANISATION)
    office.feed.bring([("organisation", {**row, "time_zone": "Pacific/Kiritimati"})])
    page.refresh()
    assert page._time(line) == "today 03:05", "it is tomorrow there, and so is today"
