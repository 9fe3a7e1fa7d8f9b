"""The stories of money through Paystack and Razorpay on real devices; without its rule each of them breaks."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from desktop.finance import online_actions, receipt_actions
from server.finance import gateway_refunds, online_receipts, online_settling, poll_job, razorpay
from server.finance.gateway import Stands
from shared.finance.vocabulary import Method
from tests.simulator import gateway
from tests.simulator.gateway_sides import Event, RazorpaySide
from tests.simulator.invariants import BrokenInvariantError
from tests.simulator.money_desk import at_server, desk_of
from tests.simulator.money_scene import decided
from tests.simulator.scene import Scene


@pytest.fixture
def scene(scene: Scene) -> Scene:
    """A run whose gateway does nothing but what the test says."""
    scene.gateway.here.rate = 0.0
    return scene


def _begun(scene: Scene) -> str:
    """Let the student begin to pay through the run's gateway; returns the reference."""
    me, side = scene.lab.actor.person_id, scene.gateway.here.side
    currency, owed = online_actions.owed(desk_of(scene.lab), me, side.currency)
    asked = online_actions.wanted(me, side.name, "40.00", currency, owed[-1:])
    key = scene.lab.new_id()
    before = set(side.references())
    at_server(scene.lab, lambda desk: online_actions.begin(desk, asked, key))
    scene.wait(5)
    (reference,) = set(side.references()) - before
    return reference


def _told(scene: Scene, event: Event, times: int = 1) -> None:
    """Let the gateway's event arrive, and the server work it off."""
    side = scene.gateway.here.side
    path = f"{gateway.WEBHOOKS}/{scene.world.institute.organisation_id}/{gateway.TOKEN}/{side.name}"
    for _ in range(times):
        reply = scene.server.ask("POST", path, *event)
        scene.require(reply is not None and reply.status == 200, "An event wasn't taken:", reply)
    gateway.work(scene.world.program.context)


def _online(scene: Scene, reference: str) -> tuple[Any, ...]:
    sql = """SELECT p.state, p.receipt_number, (SELECT count(*) FROM ledger_entry e WHERE e.payment_id = p.id),
    n.problem, p.id FROM payment p JOIN online_payment n ON n.payment_id = p.id WHERE n.reference = :r"""
    return tuple(scene.rows(sql, r=reference)[0])


def _paid(scene: Scene) -> str:
    """Let the student pay, and the server find out; returns the reference."""
    reference = _begun(scene)
    scene.gateway.here.side.pay(reference)
    scene.timeline.skip(60.0)
    scene.gateway.work()
    return reference


def told_late_twice_and_never(scene: Scene) -> None:
    """Events come before the money, three times, or never: each payment is booked once, when the gateway says so."""
    side = scene.gateway.here.side
    first = _begun(scene)
    _told(scene, side.event(first))
    scene.require(_online(scene, first)[0] == "pending", "An event was believed:", _online(scene, first))
    side.pay(first)
    _told(scene, side.event(first), 3)
    second = _paid(scene)  # and no event of it ever comes
    for reference in (first, second):
        state, _, entries, *_ = _online(scene, reference)
        scene.require((state, entries) == ("completed", 1), "Not booked once:", reference, state, entries)
    scene.finish()


def paid_before_the_backup_was_restored(scene: Scene) -> None:
    """A payment was booked and its receipt mailed, then a backup is restored: another payment gets another number."""
    numbers = [_online(scene, _paid(scene))[1]]
    backup = scene.stage.back_up()
    numbers.append(_online(scene, _paid(scene))[1])
    scene.server.set_back(backup)
    scene.faults["server set back"] += 1
    scene.line_up(scene.lab, scene.desk)
    numbers.append(_online(scene, _paid(scene))[1])
    scene.require(len({*numbers, ""}) == 4, "A number was given twice:", numbers)
    scene.finish()


def sent_back_and_refused(scene: Scene) -> None:
    """A refund is sent, and the gateway fails it later: the money is here again, and can be asked back anew."""
    side, me = scene.gateway.here.side, scene.lab.actor.person_id
    reference = _paid(scene)
    scene.line_up(scene.desk, scene.kofi)
    for works in (False, True):
        payment_id, way = _online(scene, reference)[4], Method(side.name)
        receipt_actions.ask_refund(desk_of(scene.kofi), payment_id, me, 4_000, way, "The exam was cancelled")
        scene.line_up(scene.kofi, scene.desk)
        decided(scene, scene.desk)
        scene.line_up(scene.desk, scene.kofi)
        gateway.work(scene.world.program.context)
        for event in side.settle_refunds(_Always() if not works else None):
            _told(scene, event, 2)
        scene.line_up(scene.desk, scene.kofi)
        wanted = "refunded" if works else "completed"
        scene.require(_online(scene, reference)[0] == wanted, "The books differ:", works, _online(scene, reference))
    scene.finish()


class _Always(random.Random):
    """Every refund is settled, and none of them works."""

    def random(self) -> float:
        return 0.9


def overtaken_by_older_news(scene: Scene) -> None:
    """Razorpay: a try fails, another is authorised and captured; the events arrive the other way round, all twice."""
    side = scene.gateway.here.side
    assert isinstance(side, RazorpaySide)
    reference = _begun(scene)
    failed = side.here.webhook(dict(side.here.pay(reference, "failed")), "payment.failed")
    payment = side.here.pay(reference, "authorized")
    authorised = side.here.webhook(dict(payment), "payment.authorized")
    _told(scene, authorised)
    scene.require(_online(scene, reference)[2] == 0, "What was only authorised is booked:", _online(scene, reference))
    payment |= {"status": "captured", "captured": True}
    side.here.orders[payment["order_id"]]["status"] = "paid"
    _told(scene, side.here.webhook(dict(payment), "order.paid"), 2)
    _told(scene, authorised, 2)
    _told(scene, failed, 2)
    state, _, entries, *_ = _online(scene, reference)
    scene.require((state, entries) == ("completed", 1), "Older news was believed:", state, entries)
    scene.finish()


def another_amount(scene: Scene) -> None:
    """Less is captured than was asked for: nothing is booked, and the office is told."""
    side = scene.gateway.here.side
    assert isinstance(side, RazorpaySide)
    reference = _begun(scene)
    payment = side.here.pay(reference, amount=2_000)
    _told(scene, side.here.webhook(dict(payment)), 2)
    state, _, entries, problem, _ = _online(scene, reference)
    scene.require(entries == 0 and problem, "Another amount was booked, or nobody is told:", state, entries, problem)
    scene.finish()


# ------------------------------------------------------------------------------------------ without the rules of these


def _never_asked(patch: pytest.MonkeyPatch) -> None:
    """Only events tell of payments."""
    patch.setattr(poll_job, "poll", lambda _context: 0)


def _series_go_on(patch: pytest.MonkeyPatch) -> None:
    """A restored server goes on with the numbers that it finds."""
    patch.setattr(online_receipts, "stored_epoch", lambda _db: "")


def _refused_refunds_stay(patch: pytest.MonkeyPatch) -> None:
    """What the gateway failed stays booked as sent back."""
    patch.setattr(gateway_refunds, "take_refund_back", lambda _batch, payment, _request_id: payment)


def _authorised_is_paid(patch: pytest.MonkeyPatch) -> None:
    """Money that is only set aside for us counts."""
    patch.setitem(razorpay._PAYMENT_STANDS, "authorized", Stands.PAID)


def _any_amount(patch: pytest.MonkeyPatch) -> None:
    """Whatever was paid pays what was asked for."""
    patch.setattr(online_settling, "money_problem", lambda *_given: None)


Story = Callable[[Scene], None]
STORIES: dict[Story, tuple[str, Callable[[pytest.MonkeyPatch], None]]] = {
    told_late_twice_and_never: ("paystack razorpay", _never_asked),
    paid_before_the_backup_was_restored: ("paystack razorpay", _series_go_on),
    sent_back_and_refused: ("paystack razorpay", _refused_refunds_stay),
    overtaken_by_older_news: ("razorpay", _authorised_is_paid),
    another_amount: ("razorpay", _any_amount),
}
CASES = [(name, story) for story, (names, _) in STORIES.items() for name in names.split()]
each = pytest.mark.parametrize(("name", "story"), CASES, ids=lambda one: getattr(one, "__name__", one))


@each
def test_a_story_of_a_gateway_ends_well(scene: Scene, name: str, story: Story) -> None:
    scene.gateway.here.use(name)
    story(scene)


@each
def test_without_its_rule_a_story_of_a_gateway_breaks(
    scene: Scene, name: str, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    STORIES[story][1](monkeypatch)
    scene.gateway.here.use(name)
    with pytest.raises(BrokenInvariantError):
        story(scene)
