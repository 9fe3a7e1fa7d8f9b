"""The stories of money at two tills, and in the books, on real devices; without its rule each breaks."""

from typing import Any

import pytest

from desktop.core.outbox import Ask
from desktop.finance import (
    account_actions,
    discount_actions,
    plan_actions,
    receipt_actions,
    shift_actions,
)
from desktop.finance.account_store import open_charges
from desktop.finance.receipt_actions import Part
from desktop.finance.till_store import TILL_KEY
from shared.core.errors import CampusError
from shared.finance.vocabulary import DISCOUNT, SHIFT, Method
from tests.fixtures.noise import ExpectLog
from tests.simulator import money_breaks
from tests.simulator.invariants import BrokenInvariantError
from tests.simulator.money_desk import desk_of
from tests.simulator.money_doings import approve_till, become_a_till
from tests.simulator.money_scene import balance, decided, drawer, opened, paid, receipts, verdict
from tests.simulator.money_world import CURRENCY
from tests.simulator.scene import Scene

WEEK = 7 * 86_400.0


def two_tills_offline(scene: Scene) -> None:
    """Two tills take money for one charge without a network: both receipts stand, what is too much is credit."""
    opened(scene, scene.desk, scene.kofi)
    scene.desk.link.online = scene.kofi.link.online = False
    before = balance(scene)
    first = paid(scene, scene.desk, 10_000, on_charge=True)
    second = paid(scene, scene.kofi, 10_000, on_charge=True)
    scene.line_up(scene.desk, scene.kofi)
    verdicts = verdict(scene, first), verdict(scene, second)
    scene.require(verdicts == ("applied", "applied"), "A printed receipt wasn't taken:", verdicts)
    scene.require(balance(scene) == before - 20_000, "Money is lost:", balance(scene), before)
    free = account_actions.ledger_of(desk_of(scene.desk), scene.world.institute.students[0], CURRENCY).account.free
    scene.require(free == 10_000, "What was paid twice isn't credit:", free)
    scene.finish()


def a_week_without_network(scene: Scene) -> None:
    """A till is offline for a week and closes its drawer each day; everything arrives, and every drawer agrees."""
    opened(scene, scene.kofi)
    scene.kofi.link.online = False
    for day in range(7):
        for at in range(3):
            paid(scene, scene.kofi, 1_000 * (at + 1), at)
        desk = desk_of(scene.kofi)
        shift = next(one for one in scene.kofi.store.page(SHIFT, limit=-1) if one["state"] == "open")
        shift_actions.close_drawer(desk, shift["id"], drawer(scene.kofi).expected)
        scene.timeline.skip(WEEK / 7)
        shift_actions.open_drawer(desk, day)
    scene.line_up(scene.kofi)
    scene.wait(30)
    closed = scene.rows("SELECT expected, expected_told, counted FROM shift WHERE state = 'closed'")
    scene.require(len(closed) == 7, "A drawer is missing:", len(closed))
    scene.require(all(row[0] == row[1] == row[2] for row in closed), "A drawer's count differs:", closed)
    scene.require(len(receipts(scene)) == 21, "Receipts are missing:", len(receipts(scene)))
    scene.finish()


def voided_out_of_another_drawer(scene: Scene) -> None:
    """The front desk's receipt is voided at Kofi's till: his drawer gives the cash, hers keeps what was in it."""
    opened(scene, scene.desk, scene.kofi)
    payment = paid(scene, scene.desk, 5_000)
    scene.line_up(scene.desk, scene.kofi)
    receipt_actions.ask_void(desk_of(scene.kofi), payment.receipt_id, "Wrong student")
    scene.line_up(scene.kofi, scene.desk)
    decided(scene, scene.desk)
    scene.line_up(scene.desk, scene.kofi)
    here, there = drawer(scene.desk).expected, drawer(scene.kofi).expected
    scene.require((here, there) == (15_000, 5_000), "Cash went out of the wrong drawer:", here, there)
    scene.finish()


def asked_and_decided_by_one(scene: Scene) -> None:
    """Whoever asked for money back can't decide about it, nor does the server let a made-up command do so."""
    opened(scene, scene.kofi)
    payment = paid(scene, scene.kofi, 5_000)
    scene.line_up(scene.kofi, scene.desk)
    receipt_actions.ask_void(desk_of(scene.kofi), payment.receipt_id, "Wrong amount")
    with pytest.raises(CampusError, match="yourself"):
        decided(scene, scene.kofi)
    request = scene.kofi.store.page("finance_request", limit=-1)[0]
    alone = scene.save(scene.kofi, Ask("DecideRequest", request["id"], {"approved": True}, request["revision"]))[0]
    scene.line_up(scene.kofi, scene.desk)
    scene.require(scene.verdict(alone) == "rejected", "One person did both:", scene.verdict(alone))
    decided(scene, scene.desk)
    scene.line_up(scene.desk, scene.kofi)
    state = scene.rows("SELECT state FROM payment WHERE id = :id", id=payment.payment_id)[0][0]
    scene.require(state == "voided", "A second person couldn't approve:", state)
    scene.finish()


def refunded_at_two_desks(scene: Scene) -> None:
    """Both desks ask for all of a payment back, offline: one is carried out, no more goes back than was paid."""
    opened(scene, scene.desk, scene.kofi)
    payment, person = paid(scene, scene.desk, 6_000), scene.world.institute.students[0]
    scene.line_up(scene.desk, scene.kofi)
    scene.desk.link.online = scene.kofi.link.online = False
    for device in (scene.desk, scene.kofi):
        receipt_actions.ask_refund(desk_of(device), payment.payment_id, person, 6_000, Method.CASH, "Left the course")
    scene.line_up(scene.desk, scene.kofi)
    decided(scene, scene.kofi)
    scene.line_up(scene.kofi, scene.desk)
    back = scene.rows("SELECT coalesce(sum(amount), 0) FROM ledger_entry WHERE kind = 'refund'")[0][0]
    scene.require(back == 6_000, "More or less went back than was paid:", back)
    scene.finish()


def money_that_never_came(scene: Scene) -> None:
    """A split payment's transfer never came: the office says so, all of it is taken back, the receipt stays."""
    opened(scene, scene.kofi)
    before = balance(scene)
    payment = paid(
        scene, scene.kofi, 9_000, 0, Part(Method.CASH, 4_000, 4_000), Part(Method.BANK_TRANSFER, 5_000, 0, "T-1"),
        on_charge=True,
    )  # fmt: skip
    scene.line_up(scene.kofi, scene.desk)
    row = scene.desk.store.get("payment", payment.payment_id) or {}
    refused = {"came": False, "reason": "Not on the statement"}
    scene.save(scene.desk, Ask("ConfirmPayment", payment.payment_id, refused, row["revision"]))
    scene.line_up(scene.desk, scene.kofi)
    scene.require(balance(scene) == before, "Money that never came counts:", balance(scene), before)
    scene.require(payment.number in receipts(scene), "The receipt is gone")
    scene.finish()


def moved_while_it_is_used(scene: Scene) -> None:
    """Money is moved to its owner while the other till, offline, lets it pay a charge: it is on one ledger only."""
    opened(scene, scene.desk, scene.kofi)
    paid(scene, scene.desk, 8_000)
    scene.line_up(scene.desk, scene.kofi)
    scene.kofi.link.online = False
    one, other = scene.world.institute.students[:2]
    sums = balance(scene), balance(scene, 1)
    entry = next(row for row in scene.desk.store.page("ledger_entry", limit=-1) if row["kind"] == "payment")
    account_actions.use_credit(desk_of(scene.kofi), one, CURRENCY)
    account_actions.move(desk_of(scene.desk), entry["id"], other, "Wrong student")
    scene.line_up(scene.desk, scene.kofi)
    now = balance(scene), balance(scene, 1)
    scene.require(now == (sums[0] + 8_000, sums[1] - 8_000), "Money is on two ledgers, or on none:", sums, now)
    scene.finish()


def the_last_discount(scene: Scene) -> None:
    """A discount for three is given four times at two offline desks: three stand."""
    students = scene.world.institute.students
    scene.desk.link.online = scene.kofi.link.online = False
    for device, people in ((scene.desk, students[:2]), (scene.kofi, students[2:4])):
        shown = device.store.page(DISCOUNT, limit=-1)[0]
        for person in people:
            charge = open_charges(desk_of(device), person, CURRENCY)[0]
            discount_actions.grant(desk_of(device), charge["id"], shown["id"])
    scene.line_up(scene.desk, scene.kofi)
    given = scene.rows("SELECT count(*) FROM discount_use")[0][0]
    scene.require(given == 3, "A discount for three was given:", given)
    scene.finish()


def planned_and_reduced(scene: Scene) -> None:
    """A plan is set while a discount takes something off its charge: its instalments come to what is owed."""
    person = scene.world.institute.students[0]
    scene.desk.link.online = scene.kofi.link.online = False
    charge = open_charges(desk_of(scene.desk), person, CURRENCY)[0]
    half = charge["amount"] // 2
    parts = [("2026-12-01", half), ("2027-01-01", charge["amount"] - half)]
    plan_actions.save(desk_of(scene.desk), person, CURRENCY, [charge["id"]], parts, None)
    shown = scene.kofi.store.page(DISCOUNT, limit=-1)[0]
    discount_actions.grant(desk_of(scene.kofi), charge["id"], shown["id"])
    scene.line_up(scene.desk, scene.kofi)
    views = plan_actions.plan_views(desk_of(scene.desk), person, CURRENCY, "2026-11-20")
    scene.require(views and views[0].total == charge["amount"] * 9 // 10, "The plan isn't what is owed:", views)
    scene.require(sum(one.amount for one in views[0].steps) == views[0].total, "Instalments differ:", views)
    scene.finish()


def enrolled_at_two_desks(scene: Scene) -> None:
    """One person is enrolled at two desks, offline: one enrolment, charged once."""
    person, cohort = scene.world.institute.students[0], scene.world.institute.cohorts[1]
    scene.desk.link.online = False
    scene.administer("EnrolPerson", scene.world.program.context.new_id(), {"cohort_id": cohort, "person_id": person})
    scene.save(scene.desk, Ask("EnrolPerson", scene.desk.new_id(), {"cohort_id": cohort, "person_id": person}))
    scene.line_up(scene.desk)
    sql = "SELECT what, count(*) FROM ledger_entry WHERE person_id = :p AND enrolment_id IS NOT NULL GROUP BY what"
    charged = {row[0]: row[1] for row in scene.rows(sql, p=person)}
    scene.require(charged == {"Tuition": 1, "Materials": 1}, "Fees weren't charged once:", charged)
    scene.finish()


def a_backup_in_the_middle(scene: Scene) -> None:
    """A till is made and takes money after the backup that is restored: its receipts are in the books all the same."""
    backup = scene.stage.back_up()
    _wiped(scene)
    opened(scene, scene.kofi)
    before = paid(scene, scene.kofi, 1_000)
    scene.line_up(scene.kofi)
    scene.kofi.link.online = False
    scene.server.set_back(backup)
    scene.faults["server set back"] += 1
    scene.kofi.link.online = False
    after = paid(scene, scene.kofi, 2_000)
    scene.line_up(scene.desk)
    approve_till(scene.desk, scene.chance)
    scene.line_up(scene.kofi, scene.desk)
    scene.wait(30)
    for one in (before, after):
        scene.require(verdict(scene, one) == "applied", "A receipt isn't in the books:", one, verdict(scene, one))
    scene.require(receipts(scene) == sorted((before.number, after.number)), "Numbers differ:", receipts(scene))
    scene.finish()


def _wiped(scene: Scene) -> None:
    """Kofi's computer is set up anew, and made a till again."""
    scene.kofi.close()
    scene.kofi.image = {}
    scene.kofi.start()
    scene.line_up(scene.kofi)
    scene.save(scene.kofi, scene.mark(scene.kofi, 0, "present"))
    scene.line_up(scene.kofi)  # its first number was seen before: it is another install from here on
    become_a_till(scene.kofi, desk_of(scene.kofi))
    scene.line_up(scene.kofi, scene.desk)
    approve_till(scene.desk, scene.chance)
    scene.line_up(scene.desk, scene.kofi)


def a_wiped_till(scene: Scene) -> None:
    """A till's computer is set up anew: it gets a series of its own, and goes on with none."""
    opened(scene, scene.kofi)
    first = paid(scene, scene.kofi, 1_000)
    scene.line_up(scene.kofi)
    _wiped(scene)
    scene.require((scene.kofi.store.recall(TILL_KEY) or {}).get("till_id"), "It is no till again")
    opened(scene, scene.kofi)
    second = paid(scene, scene.kofi, 1_000)
    scene.line_up(scene.kofi)
    codes = {one.number.split("-")[1] for one in (first, second)}
    scene.require(len(codes) == 2, "A series was gone on with:", first.number, second.number)
    scene.finish()


def a_cloned_till(scene: Scene) -> None:
    """Both copies of a till print the same number offline: one is in the books, the other in the office's list."""
    opened(scene, scene.kofi)
    scene.kofi.link.online = False
    image = scene.kofi._disk.image()
    copy = type(scene.kofi)(scene.kofi.install, scene.around, scene.chance, image, "Kofi's laptop copy")
    copy.link.online = False
    copy.start()
    scene.devices.append(copy)
    first, second = paid(scene, scene.kofi, 1_000), paid(scene, copy, 2_000, 1)
    scene.require(first.number == second.number, "They aren't copies:", first.number, second.number)
    scene.line_up(scene.kofi)
    scene.line_up(copy)
    verdicts = verdict(scene, first), verdict(scene, second)
    scene.require(verdicts == ("applied", "held"), "One number is in the books twice, or money is lost:", verdicts)
    scene.finish()


STORIES = (
    two_tills_offline, a_week_without_network, voided_out_of_another_drawer, asked_and_decided_by_one,
    refunded_at_two_desks, money_that_never_came, moved_while_it_is_used, the_last_discount, planned_and_reduced,
    enrolled_at_two_desks, a_backup_in_the_middle, a_wiped_till, a_cloned_till,
)  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_story_of_money_ends_well(scene: Scene, story: Any, expect_log: ExpectLog) -> None:
    if story is a_week_without_network:
        expect_log("A sign-in was ended: token_expired")
    story(scene)


@pytest.mark.parametrize("story", money_breaks.BREAKS)
def test_without_its_rule_a_story_of_money_breaks(
    scene: Scene, story: str, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    if story == a_week_without_network.__name__:
        expect_log("A sign-in was ended: token_expired")
    money_breaks.BREAKS[story](monkeypatch)
    with pytest.raises(BrokenInvariantError):
        next(one for one in STORIES if one.__name__ == story)(scene)
