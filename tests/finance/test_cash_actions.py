"""What a cashier does, without any network: money, numbers and receipts in one save, and what is refused."""

import threading

import pytest

from desktop.finance import receipt_actions, shift_actions
from desktop.finance.receipt_actions import Part, Share, Taking
from desktop.finance.till_lines import receipt_series
from desktop.finance.till_store import account_of, drawer_of, open_shift, own_till, receipts_of
from shared.core.errors import CampusError
from shared.finance.receipt_code import Standing, qr_text
from shared.finance.till_rules import Install
from shared.finance.vocabulary import Method, Movement
from tests.attendance.classes import INSTRUCTOR, person_id
from tests.finance.cash_desks import (
    BURSAR,
    HANA,
    INSTALMENT,
    LATE_FEE,
    OMAR,
    TILL,
    open_cash_desk,
    till_row,
)


@pytest.fixture
def cash(tmp_path):
    opened = []

    def make(actor=None, more=(), **options):
        given = {"actor": actor} if actor else {}
        made = open_cash_desk(tmp_path / str(len(opened)), more=more, **given, **options)
        opened.append(made)
        return made

    yield make
    for one in opened:
        one.close()


def taking(amount=25_000_00, **more):
    goes_to = ((LATE_FEE, "Library fine", 500_00), (INSTALMENT, "Instalment 3 of 6, term 3", 24_500_00))
    share = Share(person_id(HANA), f"{HANA}, S-004102", amount, goes_to if amount == 25_000_00 else ())
    return Taking((share,), more.pop("parts", (Part(Method.CASH, amount, 30_000_00),)), **more)


def test_money_number_and_receipt_are_one_save(cash):
    here = cash()
    shift_actions.open_drawer(here.desk, 200_00)
    taken = receipt_actions.take_payment(here.desk, taking(received_for="Diploma in Accounting 1B"))
    assert taken.number == "R-K3-000001"
    account = account_of(here.desk, person_id(HANA))
    assert (account.balance, account.paid_this_year, account.due_today) == (24_500_00, 25_000_00, 0)
    (line,) = receipts_of(here.desk, person_id(HANA))
    assert (line.number, line.amount, line.voided) == ("R-K3-000001", 25_000_00, False)
    content = receipt_actions.receipt_content(here.desk, taken.receipt_id, duplicate=False)
    assert (content.total, content.change, content.balance_after) == (25_000_00, 5_000_00, 24_500_00)
    assert [item.what for item in content.items] == ["Library fine", "Instalment 3 of 6, term 3"]
    assert content.issued == "20 November 2026, 08:00 · Front desk 2 · Samuel Njoroge"
    checked = receipt_actions.check_receipt(here.desk, content.qr)
    assert (checked.standing, checked.code, checked.voided) == (Standing.GENUINE, content.code, False)
    assert checked.known == "As far as this computer knows it wasn't voided."
    assert receipt_actions.receipt_content(here.desk, taken.receipt_id).duplicate.endswith("by Samuel Njoroge")


def test_a_number_is_given_once_by_many_hands_and_over_a_restart(cash, tmp_path):
    here = cash()
    shift_actions.open_drawer(here.desk, 0)
    numbers = []

    def take():
        numbers.extend(receipt_actions.take_payment(here.desk, taking(100)).number for _ in range(4))

    hands = [threading.Thread(target=take) for _ in range(3)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(numbers) == [f"R-K3-{place:06d}" for place in range(1, 13)]
    commands = here.store.next_request().commands
    here.close()
    again = cash(clock=here.clock)
    again.store.restore(commands)
    assert receipt_actions.take_payment(again.desk, taking(100)).number == "R-K3-000013"


def test_a_refused_payment_takes_no_number(cash):
    here = cash()
    shift_actions.open_drawer(here.desk, 0)
    with pytest.raises(CampusError) as told:
        receipt_actions.take_payment(here.desk, taking(100, parts=(Part(Method.CARD, 100),)))
    assert told.value.code == "reference_missing"
    assert receipt_actions.take_payment(here.desk, taking(100)).number == "R-K3-000001"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (taking(0, parts=(Part(Method.CASH, 0),)), "bad_amount"),
        (taking(-5, parts=(Part(Method.CASH, -5),)), "bad_amount"),
        (taking(10**14, parts=(Part(Method.CASH, 10**14),)), "amount_too_large"),
        (taking(100, parts=(Part(Method.CASH, 100, 50),)), "too_little_given"),
        (taking(100, parts=(Part(Method.CASH, 90),)), "shares_differ"),
    ],
)
def test_what_is_no_payment(cash, wanted, code):
    here = cash()
    shift_actions.open_drawer(here.desk, 0)
    with pytest.raises(CampusError) as told:
        receipt_actions.take_payment(here.desk, wanted)
    assert told.value.code == code


def test_more_than_is_owed_stays_as_credit(cash):
    here = cash()
    shift_actions.open_drawer(here.desk, 0)
    receipt_actions.take_payment(here.desk, taking(60_000_00, parts=(Part(Method.CASH, 60_000_00),)))
    assert account_of(here.desk, person_id(HANA)).balance == -10_500_00


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"state": "waiting"}, "till_waiting"),
        ({"state": "closed"}, "till_closed"),
        ({"install_epoch": 2}, "till_of_another_install"),
        ({"valid_to": "2026-01-02"}, "till_expired"),
        ({"device_id": person_id(HANA)}, "no_till"),
    ],
)
def test_only_this_installs_till_prints(cash, more, code):
    here = cash(more=[till_row(**more)])
    with pytest.raises(CampusError) as told:
        shift_actions.open_drawer(here.desk, 0)
    assert told.value.code == code


def test_a_renewed_install_continues_no_series(cash):
    here = cash()
    shift_actions.open_drawer(here.desk, 0)
    here.store.remember("install_epoch", 2)
    with pytest.raises(CampusError) as told:
        receipt_actions.take_payment(here.desk, taking())
    assert told.value.code == "till_of_another_install"
    assert own_till(here.desk)["id"] == TILL
    assert Install(here.store.device_id, 2) != Install(here.store.device_id, 1)


def test_an_unconfirmed_payment_says_so_and_a_sponsor_pays_for_many(cash):
    here = cash()
    shift_actions.open_drawer(here.desk, 0)
    shares = (Share(person_id(HANA), HANA, 300), Share(person_id(OMAR), OMAR, 700))
    parts = (Part(Method.CASH, 400), Part(Method.MOBILE_MONEY, 600, reference="MM-881"))
    taken = receipt_actions.take_payment(here.desk, Taking(shares, parts, payer_name="Rotary Club"))
    content = receipt_actions.receipt_content(here.desk, taken.receipt_id)
    assert (content.unconfirmed, content.received_from, content.reference) == (True, "Rotary Club", "MM-881")
    assert [(item.what, item.amount) for item in content.items] == [(HANA, 300), (OMAR, 700)]
    checked = receipt_actions.check_receipt(here.desk, content.qr)
    assert checked.facts.unconfirmed
    assert checked.facts.methods == {Method.CASH, Method.MOBILE_MONEY}


def test_a_drawer_is_opened_moved_counted_and_closed_whatever_the_clock_does(cash):
    here = cash()
    shift = shift_actions.open_drawer(here.desk, 200_00)
    with pytest.raises(CampusError, match="Count and close it first"):
        shift_actions.open_drawer(here.desk, 0)
    receipt_actions.take_payment(here.desk, taking())
    here.clock.set(here.clock.now().replace(year=2025))
    with pytest.raises(CampusError) as told:
        receipt_actions.take_payment(here.desk, taking(100))
    assert told.value.code == "till_expired"  # a year back: the certificate says so
    here.clock.set(here.clock.now().replace(year=2026, month=10))
    receipt_actions.take_payment(here.desk, taking(100, parts=(Part(Method.CASH, 100),)))
    shift_actions.move_cash(here.desk, shift, Movement.DROP, 20_000_00, "Safe")
    shift_actions.move_cash(here.desk, shift, Movement.NO_SALE, 0)
    with pytest.raises(CampusError) as told:
        shift_actions.move_cash(here.desk, shift, Movement.BANK, 99_000_00)
    assert told.value.code == "drawer_too_small"
    found = drawer_of(here.desk, open_shift(here.desk, TILL))
    assert (found.expected, found.receipts, found.last_number) == (5_201_00, 2, "R-K3-000002")
    with pytest.raises(CampusError) as told:
        shift_actions.close_drawer(here.desk, shift, 5_200_00)
    assert told.value.code == "difference_unexplained"
    shift_actions.close_drawer(here.desk, shift, 5_200_00, [(200_00, 26)], "Gave a cedi too much")
    closed = here.store.get("shift", shift)
    assert (closed["state"], closed["z_number"], closed["expected"]) == ("closed", 1, 5_201_00)
    assert open_shift(here.desk, TILL) is None
    with pytest.raises(CampusError) as told:
        receipt_actions.take_payment(here.desk, taking())
    assert told.value.code == "no_shift"
    second = shift_actions.open_drawer(here.desk, 0)
    shift_actions.close_drawer(here.desk, second, 0)
    assert here.store.get("shift", second)["z_number"] == 2


def test_a_void_waits_for_someone_else(cash):
    here = cash()
    shift_actions.open_drawer(here.desk, 0)
    taken = receipt_actions.take_payment(here.desk, taking())
    with pytest.raises(CampusError) as told:
        receipt_actions.ask_void(here.desk, taken.receipt_id, " x ")
    assert told.value.code == "reason_missing"
    request = receipt_actions.ask_void(here.desk, taken.receipt_id, "Wrong student")
    with pytest.raises(CampusError, match="waits already"):
        receipt_actions.ask_void(here.desk, taken.receipt_id, "Wrong student")
    assert receipts_of(here.desk, person_id(HANA))[0].void_asked
    with pytest.raises(CampusError) as told:
        shift_actions.decide(here.desk, request, approved=True)
    assert told.value.code == "not_allowed"
    shift_actions.withdraw(here.desk, request)
    assert here.store.get("finance_request", request)["state"] == "withdrawn"
    over = (taken.payment_id, person_id(HANA), 25_000_01, Method.CASH, "Left the course")
    with pytest.raises(CampusError) as told:
        receipt_actions.ask_refund(here.desk, *over)
    assert told.value.code == "refund_too_large"
    receipt_actions.ask_refund(here.desk, taken.payment_id, person_id(HANA), 20_000_00, Method.CASH, "Left the course")
    with pytest.raises(CampusError) as told:
        receipt_actions.ask_refund(here.desk, taken.payment_id, person_id(HANA), 5_000_01, Method.CASH, "Again")
    assert told.value.code == "refund_too_large"


def test_who_takes_no_money(cash):
    here = cash(INSTRUCTOR)
    acts = (lambda: shift_actions.open_drawer(here.desk, 0), lambda: receipt_actions.take_payment(here.desk, taking()))
    for act in acts:
        with pytest.raises(CampusError) as told:
            act()
        assert told.value.code == "not_allowed"
    own = cash(BURSAR)
    for act in (lambda: shift_actions.make_till(own.desk, "Desk"), lambda: shift_actions.approve_till(own.desk, TILL)):
        with pytest.raises(CampusError) as told:
            act()
        assert told.value.code == "server_unreachable"


def test_what_a_check_says_of_what_it_doesnt_know(cash):
    here, there = cash(), cash(seed="desk")
    shift_actions.open_drawer(here.desk, 0)
    taken = receipt_actions.take_payment(here.desk, taking())
    qr = receipt_actions.receipt_content(here.desk, taken.receipt_id).qr
    assert "no copy" in receipt_actions.check_receipt(there.desk, qr).known
    assert receipt_actions.check_receipt(there.desk, "rubbish").standing is Standing.NO_RECEIPT
    shift_actions.open_drawer(there.desk, 0)
    receipt_actions.take_payment(there.desk, taking(100))
    assert "Another receipt" in receipt_actions.check_receipt(there.desk, qr).known
    with pytest.raises(CampusError) as told:
        receipt_actions.receipt_content(there.desk, TILL)
    assert told.value.code == "receipt_unknown"
    assert qr_text("A", "B") == "AB"


def test_every_line_of_the_sync_page_says_what_was_done(cash):
    here = cash()
    shift = shift_actions.open_drawer(here.desk, 200_00)
    taken = receipt_actions.take_payment(here.desk, taking())
    shift_actions.move_cash(here.desk, shift, Movement.DROP, 5_00)
    shift_actions.move_cash(here.desk, shift, Movement.NO_SALE, 0)
    request = receipt_actions.ask_void(here.desk, taken.receipt_id, "Wrong student")
    shift_actions.withdraw(here.desk, request)
    receipt_actions.ask_refund(here.desk, taken.payment_id, person_id(HANA), 100, Method.CASH, "Left the course")
    shift_actions.close_drawer(here.desk, shift, 25_195_00)
    titles = {line.title for line in here.store.receipt()}
    assert titles == {
        "Opened the drawer with GHS 200.00", "Took GHS 25,000.00 from Hana Novak, R-K3-000001",
        "Put into the safe: GHS 5.00", "Drawer opened", "Asked to void R-K3-000001",
        "Took a request about R-K3-000001 back", "Asked for a refund of R-K3-000001",
        "Counted GHS 25,195.00 and closed the drawer",
    }  # fmt: skip
    assert receipt_series("x") == "receipt x"
