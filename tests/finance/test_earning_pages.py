"""Affiliates, shares, payouts and statements on the desk, with the network down; and what an instructor sees."""

from typing import Any

import pytest

from desktop.core.area import StoreArea
from desktop.finance import earning_actions
from desktop.finance.account_section import AccountPage
from desktop.finance.area import STORE
from desktop.finance.earning_dialogs import AffiliateDialog, ShareDialog, WordsDialog
from desktop.finance.earning_store import payee_rows
from desktop.finance.earnings_page import EarningsPage, StatementPage
from desktop.finance.own_account_page import OwnAccountPage
from desktop.people.lines import KINDS
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.finance.earning_rules import FIRST
from shared.people import typed_codes
from shared.people.typed_codes import TYPED_CODE, payload_of, typed_body, typed_code_id
from shared.people.vocabulary import Role
from tests.attendance.classes import COURSE, areas, person_id, school
from tests.desks import make_actor, make_desk
from tests.finance.money_rows import HANA, money_rows
from tests.finance.test_plan_pages import BURSAR, CASHIER, STUDENT, desks, look, shown
from tests.finance.test_subscription_pages import dialog_of

__all__ = ["desks", "look", "shown"]
GRACE, AMA = "Grace Kimani", "Samuel Njoroge"
TEACHER = make_actor(person_id(AMA), AMA, Role.INSTRUCTOR)


def row(sort: str, key: str, **body: Any) -> tuple[str, dict[str, Any]]:
    """A row as a device has it."""
    one = derived_id(sort, key)
    return sort, {"id": one, "revision": one, **body}


RADIO = row("affiliate", "radio", **{**FIRST, "name": "Radio with a name that is longer than the column it stands in",
                                     "code": "RADIO", "rate": 1_000, "mail": "ads@radio.example"})  # fmt: skip
OLD = row("affiliate", "old", **{**FIRST, "name": "Old", "code": "OLD", "amount": 5_000, "state": "retired",
                                 "every_payment": True, "within_days": 90})  # fmt: skip
REFERRED = row("referral", "hana", person_id=person_id(HANA), affiliate_id=RADIO[1]["id"], given_on="2026-11-01")
SHARE = row("revenue_share", "ama", course_id=COURSE, person_id=person_id(AMA), rate=3_000, from_on="2026-01-01")


def line(key: str, who: tuple[str, str], amount: int, day: str, kind: str = "earned", **more: Any) -> Any:
    place = {"payee_kind": who[0], "payee_id": who[1], "kind": kind, "person_id": person_id(HANA), "source_id": None}
    whole = {
        **place,
        "course_id": None,
        "amount": amount,
        "currency": "GHS",
        "day": day,
        "made_at": f"{day}T09:00:{key}Z",
    }
    return row("earning", f"{who[1]} {key}", **{**whole, **more})


def payout(key: str, amount: int, state: str = "waiting", by: str = "Efua Mensah") -> Any:
    fields = {"payee_kind": "affiliate", "payee_id": RADIO[1]["id"], "amount": amount, "currency": "GHS"}
    more = {"reference": "TRX-1" if state == "paid" else "", "reason": "", "asked_by": derived_id("person", by)}
    names = {"asked_by_name": by, "decided_by": "", "decided_by_name": "", "day": "2026-11-18"}
    return row("payout", key, **{**fields, "state": state, **more, **names})


OF_RADIO, OF_AMA = ("affiliate", RADIO[1]["id"]), ("instructor", person_id(AMA))
WAITING, PAID = payout("waiting", 20_000), payout("paid", 30_000, "paid")
ROWS = [
    RADIO, OLD, REFERRED, SHARE, WAITING, PAID, line("01", OF_RADIO, 100_000, "2026-10-01"),
    line("02", OF_RADIO, -10_000, "2026-11-05"),
    line("03", OF_RADIO, -30_000, "2026-11-18", "paid_out", source_id=PAID[1]["id"]),
    line("04", OF_AMA, 44_100, "2026-10-14", course_id=COURSE),
    line("05", OF_AMA, 29_400, "2026-11-02", course_id=COURSE),
]  # fmt: skip


def test_who_is_owed_what_and_a_payout_is_prepared(desks, shown):
    page = shown(EarningsPage(desks(rows=ROWS)))
    assert [(line.kind, line.figures["owed"], line.waiting, line.students) for line in page.lines] == [
        ("instructor", 73_500, 0, 0), ("affiliate", 60_000, 20_000, 1), ("affiliate", 0, 0, 0),
    ]  # fmt: skip
    assert page.lines[1].figures == {"earned": 0, "taken_back": 10_000, "paid_out": 30_000, "owed": 60_000}
    page.table.go_to(page.lines[1].id)
    page.ask_button.click()
    dialog = dialog_of(page, WordsDialog)
    assert dialog.words.text() == "400.00"
    dialog.words.setText("400.01")
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.words.setText("400")
    dialog.save()
    assert "waits for a second person" in toasts_of(page).toasts[-1].words
    page.refresh()
    assert page.lines[1].free == 0
    assert not page.ask_button.isEnabled()


def test_a_second_person_pays_out_refuses_and_takes_back(desks, shown):
    page = shown(EarningsPage(desks(rows=ROWS)))
    card = page.payouts
    card.table.go_to(WAITING[1]["id"])
    assert card.pay_button.isVisible()
    card.pay()
    dialog = dialog_of(page, WordsDialog)
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.words.setText("TRX-2")
    dialog.save()
    assert next(one for one in card.lines if one.id == WAITING[1]["id"]).body["reference"] == "TRX-2"
    card.table.go_to(PAID[1]["id"])
    assert not card.pay_button.isVisible()
    card.take_back()
    dialog_of(page, WordsDialog).words.setText("Closed account")
    dialog_of(page, WordsDialog).save()
    assert "Taken back" in toasts_of(page).toasts[-1].words
    with pytest.raises(CampusError, match="was paid out"):
        earning_actions.take_back(page._desk, WAITING[1] | {"state": "refused"}, "Why not")


def test_nobody_pays_what_oneself_asked_for(desks, shown):
    own = payout("own", 20_000)
    own[1]["asked_by"] = person_id(GRACE)
    page = shown(EarningsPage(desks(rows=[RADIO, own])))
    page.payouts.table.go_to(own[1]["id"])
    assert not page.payouts.pay_button.isVisible()
    with pytest.raises(CampusError, match="second person"):
        earning_actions.decide(page._desk, own[1], paid=True, words="TRX")


def test_affiliates_are_kept(desks, shown):
    page = shown(EarningsPage(desks(rows=ROWS)))
    page.affiliates.new()
    dialog = dialog_of(page, AffiliateDialog)
    dialog.name.setText("School fair")
    dialog.value.setText("50")
    dialog.code.setText("radio")
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.code.setText("fair 26")
    dialog.person.setText("nobody")
    dialog.save()
    assert dialog.refusal.isVisible()
    hana = page._desk.store.get("person", person_id(HANA))
    dialog.person.setText(str(hana["number"]))
    dialog.each.setChecked(True)
    dialog.save()
    made = next(one for one in page.affiliates.lines if one.name == "School fair")
    assert (made.body["code"], made.body["amount"], made.body["every_payment"]) == ("FAIR26", 5_000, True)
    assert made.body["person_id"] == hana["id"]
    page.affiliates.kept.open(made.id)
    dialog = dialog_of(page, AffiliateDialog)
    dialog.value.setText("5 %")
    dialog.save()
    page.affiliates.table.go_to(made.id)
    page.affiliates.retire_button.click()
    assert toasts_of(page).toasts[-1].words == "The code of School fair isn't taken any more"


def test_a_share_is_agreed_on_and_never_above_the_whole(desks, shown):
    page = shown(EarningsPage(desks(rows=[SHARE])))
    page.shares.new()
    dialog = dialog_of(page, ShareDialog)
    dialog.course.choose(COURSE)
    dialog.rate.setText("110")
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.rate.setText("lots")
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.reject()
    who = person_id(GRACE)
    with pytest.raises(CampusError, match="100 %"):
        earning_actions.agree(page._desk, COURSE, who, 7_001, "2026-11-20")
    earning_actions.agree(page._desk, COURSE, who, 7_000, "2026-11-20")
    page.refresh()
    assert len(page.shares.lines) == 2


def test_a_statement_as_csv_and_on_paper(desks, shown, tmp_path):
    page = shown(StatementPage(desks(rows=ROWS), RADIO[1]["id"], {"kind": "affiliate"}))
    assert [(one[1], one[2], one[3]) for one in page.sheet.rows] == [
        ("Owed before", "", "1,000.00"), ("Went back: Student brought", "-100.00", "900.00"),
        ("Paid out: TRX-1", "-300.00", "600.00"), ("Owed", "", "600.00"),
    ]  # fmt: skip
    page.path_for = lambda _page, _name, kind: tmp_path / f"statement.{kind}"
    page.save_csv()
    page.save_pdf()
    assert '"Paid out: TRX-1",-300.00,600.00' in (tmp_path / "statement.csv").read_text("utf-8-sig")
    assert (tmp_path / "statement.pdf").read_bytes().startswith(b"%PDF")
    page.path_for = lambda _page, _name, kind: tmp_path / "no" / f"statement.{kind}"
    page.save_pdf()
    assert "statement.pdf can’t be written" in toasts_of(page).toasts[-1].words
    page.span.first.setText("1 Oct")
    page.span.first.editingFinished.emit()
    assert page.sheet.rows[1][2] == "1,000.00"


def test_an_instructor_sees_the_own_statement_and_no_other(desks, shown):
    page = shown(StatementPage(desks(TEACHER, rows=[SHARE, *ROWS[-2:]]), RADIO[1]["id"], {"kind": "affiliate"}))
    assert page.windowTitle() == "My earnings"
    assert [one[2] for one in page.sheet.rows] == ["", "294.00", ""]
    assert page.sums.shown["Owed"] == "GHS 735.00"
    empty = shown(StatementPage(desks(TEACHER, rows=[])))
    assert empty.sums.shown == {"Owed": "Nothing yet"}


def test_figures_as_csv(desks, shown, tmp_path):
    page = shown(EarningsPage(desks(rows=ROWS)))
    page.path_for = lambda _page, _name, kind: tmp_path / f"figures.{kind}"
    page.save_csv()
    assert ',600.00,"GHS"' in (tmp_path / "figures.csv").read_text("utf-8-sig")
    page.path_for = lambda *_: None
    page.save_csv()


def test_a_code_is_given_before_the_first_payment(desks, shown):
    page = shown(OwnAccountPage(desks(STUDENT, rows=[])))
    page.give_code()
    dialog = dialog_of(page, WordsDialog)
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.words.setText("radio")
    dialog.save()
    assert toasts_of(page).toasts[-1].words == "Code sent: RADIO"
    assert not shown(OwnAccountPage(desks(STUDENT, rows=money_rows()))).code_button.isVisible()
    office = shown(AccountPage(desks(rows=[]), person_id(HANA)))
    office.give_code()
    assert isinstance(Dialog.opened_in(office.window()), WordsDialog)


def test_who_only_looks_changes_nothing(desks, shown):
    desk = desks(CASHIER, rows=ROWS)
    page = shown(EarningsPage(desk))
    buttons = (page.ask_button, page.affiliates.add_button, page.shares.add_button, page.payouts.pay_button)
    assert not any(button.isVisible() for button in buttons)
    row = payee_rows(desk, "2026-01-01", "2026-12-31")[0]
    for act in (
        lambda: earning_actions.save_affiliate(desk, {"name": "Mine"}),
        lambda: earning_actions.agree(desk, COURSE, person_id(AMA), 1, "2026-12-01"),
        lambda: earning_actions.ask_payout(desk, row, "1"),
        lambda: earning_actions.decide(desk, WAITING[1], paid=True, words="TRX"),
        lambda: earning_actions.take_back(desk, PAID[1], "Why not"),
        lambda: earning_actions.refer(desk, person_id(HANA), "RADIO"),
    ):
        with pytest.raises(CampusError) as refused:
            act()
        assert refused.value.code == "not_allowed"


def code(reason: str, typed: str = "RADOI", name: str = HANA, place: str = "enrolment") -> Any:
    said = payload_of(person_id(name), typed, place, "")
    key = typed_code_id(place, typed, person_id(name))
    return TYPED_CODE, typed_body(key, key, said, "2026-11-18", reason)


@pytest.fixture
def with_codes(tmp_path):
    """A bursar's desk that keeps codes that were typed beside the money: `with_codes(rows)`."""
    codes = StoreArea({TYPED_CODE: KINDS[TYPED_CODE]}, typed_codes.PROJECTIONS, typed_codes.TYPE_VERSIONS)
    opened = []

    def open_one(rows):
        folder = tmp_path / f"codes {len(opened)}"
        opened.append(make_desk(folder, BURSAR, [*school(), *rows], areas=(*areas(), STORE, codes)))
        return opened[-1].desk

    yield open_one
    for one in opened:
        one.close()


def test_codes_that_werent_taken_wait_for_the_right_one(with_codes, shown):
    late = code("referral_late", name=AMA)
    page = shown(EarningsPage(with_codes([RADIO, code("referral_unknown"), code("", "RADIO", GRACE), late])))
    assert sorted(row.name for row in page.codes.lines) == [HANA, "a student"], "what was taken isn't listed"
    wrong = next(row for row in page.codes.lines if row.name == HANA)
    assert (wrong.body["code"], wrong.place) == ("RADOI", "There is no such code. Check its letters.")
    page.codes.table.go_to(wrong.id)
    assert page.codes.give_button.isEnabled()
    page.codes.give()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, WordsDialog)
    dialog.words.setText("radio")
    dialog.save()
    page.codes.table.go_to(late[1]["id"])
    assert not page.codes.give_button.isEnabled(), "who has paid gives no code any more"
