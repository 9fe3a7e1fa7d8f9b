"""Holds and overdue money on the desk: shown with the way out and lifted; the policy, and reminders by hand."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import pytest

from desktop.finance import overdue_actions
from desktop.finance.account_section import PersonAccount
from desktop.finance.area import STORE
from desktop.finance.holds_card import UntilDialog
from desktop.finance.overdue_actions import OverdueRow
from desktop.finance.overdue_page import OverduePage
from desktop.finance.own_account_page import OwnAccountPage
from desktop.finance.policy_dialog import PolicyDialog
from desktop.grading.grade_papers import GradePapers
from desktop.learning.lines import STORE as LEARNING
from desktop.shell.page import toasts_of
from desktop.timetable.kit_store import borrower_of
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.finance.overdue_commands import payment_exception_id
from shared.learning.holds import hold_id
from tests.attendance.classes import NOW, areas, person_id, school
from tests.desks import make_desk
from tests.finance.money_rows import HANA
from tests.finance.test_plan_pages import BURSAR, CASHIER, FINE, STUDENT, TERM, look, shown

__all__ = ["look", "shown"]


@pytest.fixture
def desks(tmp_path):
    """Desks as people have them, courses and their holds included."""
    opened = []
    people, _, *others = areas()

    def open_one(actor=BURSAR, rows=()):
        made = make_desk(
            tmp_path / str(len(opened)), actor, [*school(), *rows], areas=(people, LEARNING, *others, STORE)
        )
        made.clock.set(NOW)
        opened.append(made)
        return made.desk

    yield open_one
    for one in opened:
        one.close()


def hold(what: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """A hold of Hana's."""
    key = hold_id(person_id(HANA), what)
    return "hold", {
        "id": key, "revision": key, "person_id": person_id(HANA), "what": what, "state": "standing",
        "ground": "overdue", "since": "2026-05-03", "amount": 14_700_000, "currency": "GHS", "lifted_at": None,
        "lifted_by": None, "lifted_by_name": "", "reason": "", "until": None, **more,
    }  # fmt: skip


ROWS = [TERM, FINE, hold("course_access"), hold("equipment"), hold("certificate"), hold("exam", state="lifted")]
SAID = "Held since 3 May 2026: GHS 147,000.00 overdue. Pay at the cash desk or online, or ask the bursar."


def _words(page) -> list[tuple[str, str]]:
    return [(row.content.title, row.content.detail) for row in page.holds.rows.rows]


def test_a_student_sees_what_is_held_and_why(desks, shown):
    page = shown(OwnAccountPage(desks(STUDENT, rows=ROWS)))
    assert _words(page) == [("Course access", SAID), ("Equipment", SAID), ("Certificates", SAID)]
    assert not page.holds.foot.isVisible()
    quiet = shown(OwnAccountPage(desks(STUDENT, rows=[TERM])))
    assert not quiet.holds.isVisible()


def test_the_bursar_lifts_a_hold_until_a_day(desks, shown):
    page = shown(PersonAccount(desks(rows=ROWS), person_id(HANA)))
    assert page.holds.foot.isVisible()
    page.holds.lift_button.click()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, UntilDialog)
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.reason.setText("Needs the camera")
    dialog.save()
    assert [title for title, _ in _words(page)] == ["Equipment", "Certificates"]
    assert toasts_of(page).toasts[-1].words == "Saved"
    with pytest.raises(CampusError, match="past"):
        overdue_actions.lift(page._desk, hold("equipment")[1], "2026-01-01", "Too late")


def test_a_cashier_sees_holds_and_lifts_none(desks, shown):
    page = shown(PersonAccount(desks(CASHIER, rows=ROWS), person_id(HANA)))
    assert len(_words(page)) == 3
    assert not page.holds.foot.isVisible()
    for act in (overdue_actions.lift, overdue_actions.spare):
        target: Any = ROWS[2][1] if act is overdue_actions.lift else person_id(HANA)
        with pytest.raises(CampusError, match="bursar"):
            act(page._desk, target, "2027-01-01", "No money")
    with pytest.raises(CampusError, match="bursar"):
        overdue_actions.save_policy(page._desk, {"automatic": True})
    with pytest.raises(CampusError, match="bursar"):
        overdue_actions.run(page._desk)


def test_a_spared_student_is_told_of(desks, shown):
    page = shown(PersonAccount(desks(rows=[TERM]), person_id(HANA)))
    assert (page.holds.words.text(), page.holds.lift_button.isVisible()) == ("Nothing is held.", False)
    assert not shown(PersonAccount(desks(CASHIER, rows=[TERM]), person_id(HANA))).holds.isVisible()
    overdue_actions.spare(page._desk, person_id(HANA), "2027-01-31", "The sponsor pays in January")
    page.holds.refresh()
    assert page.holds.words.text() == "Spared until 31 Jan 2027: The sponsor pays in January"
    assert page._desk.store.get("payment_exception", payment_exception_id(person_id(HANA))) is not None


def test_held_equipment_and_papers_say_why(desks, shown, qtbot):
    desk = desks(rows=ROWS)
    held = borrower_of(desk, person_id(HANA)).held
    assert held is not None
    assert (held.code, held.sentence) == ("payment_hold", SAID)
    page = shown(PersonAccount(desk, person_id(HANA)))
    papers = GradePapers(desk, page)
    papers._desk = desks(STUDENT, rows=ROWS)
    papers.transcript(person_id(HANA))
    assert toasts_of(page).toasts[-1].words == SAID
    assert not papers.running


def test_the_policy_is_set_with_the_network_down(desks, shown):
    page = shown(OverduePage(desks(rows=[])))
    page.set_policy()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, PolicyDialog)
    dialog.before.setText("a week")
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.before.setText("3, 10")
    dialog.automatic.setChecked(True)
    dialog.channels["sms"].setChecked(True)
    dialog.lines[1].ground.choose("overdue")
    dialog.lines[1].days.set_value(5)
    dialog.lines[1].least.setText("1,000")
    dialog.lines[3].ground.choose("owed")
    dialog.save()
    found = overdue_actions.policy_of(page._desk)
    assert (found["days_before"], found["automatic"], found["channels"]) == ([10, 3], True, ["mail", "sms", "notice"])
    assert list(found["holds"]) == [
        {"what": "exam", "ground": "overdue", "days": 5, "least": 100_000},
        {"what": "certificate", "ground": "owed", "days": 0, "least": 0},
    ]
    assert not overdue_actions.save_policy(page._desk, {"automatic": True})


def row(name: str, amount: int, overdue: int, **more: Any) -> OverdueRow:
    """Someone who owes."""
    owed = [{"currency": "GHS", "amount": amount, "overdue": overdue}]
    told = {"currency": "GHS", "kind": "payment_overdue", "amount": overdue, "channels": ["mail", "notice"]}
    wanted: dict[str, Any] = {
        "reminders": [told] if overdue else [], "holds": ["exam"] if overdue else [], "lifted": [], "spared": False,
    }  # fmt: skip
    return OverdueRow(person_id(name), name, owed, **{**wanted, **more})


def test_who_owes_is_listed_and_chosen_ones_are_reminded(desks, shown):
    desk = desks(rows=[])
    page = shown(OverduePage(desk))
    page.show_rows(
        [row(HANA, 500_000, 40_000), row("Grace Kimani", 90_000, 0, spared=True)], "2026-11-20T08:00:00.000Z"
    )
    assert not page.remind_button.isEnabled()
    page.table.selectAll()
    assert page.remind_button.text() == "Remind 2 students"
    page.remind()
    assert toasts_of(page).toasts[-1].words == "2 students are reminded"
    page.run()
    kinds = [one.type for one in desk.store.waiting_commands()] if hasattr(desk.store, "waiting_commands") else []
    assert kinds in ([], ["RemindPayers", "RunOverdue"])
    with pytest.raises(CampusError, match="Choose"):
        overdue_actions.remind(desk, [])


class Line:
    """A server that tells who owes money, until it is gone."""

    is_signed_in = True

    def __init__(self, rows) -> None:
        self.rows = rows

    def refresh_reads(self, _prefix: str) -> None:
        """Ask anew."""

    def get(self, _path: str, _parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Answer, or be away."""
        if self.rows is None:
            raise CampusError("server_unreachable", "No way to the server.")
        return {"data": [asdict(one) for one in self.rows]}


def test_without_the_network_the_list_stands_as_it_was_told(desks, shown, qtbot):
    line = Line([row(HANA, 500_000, 40_000)])
    desk = replace(desks(rows=[]), client=line)
    page = shown(OverduePage(desk))
    qtbot.waitUntil(lambda: page.body.shown == 1)
    assert not page.away.isVisible()
    line.rows = None
    page.refresh()
    qtbot.waitUntil(page.away.isVisible)
    assert page.body.shown == 1
    later = shown(OverduePage(desk))
    qtbot.waitUntil(lambda: later.away.isVisible() and later.body.shown == 1)
    assert later.away.words.text().startswith("No way to the server. The list stands as the server told it ")
    line.rows = []
    later.refresh()
    qtbot.waitUntil(lambda: not later.away.isVisible())
    assert later.body.empty.title.text() == "Nobody owes anything"


def test_a_list_that_was_never_told_isnt_called_empty(desks, shown, qtbot):
    page = shown(OverduePage(desks(rows=[])))
    qtbot.waitUntil(page.away.isVisible)
    assert "needs the network" in page.away.words.text()
    assert page.body.empty.title.text() == "Waiting for the server"
