"""The sample's open studio, paid by the month: subscribers who paid, who are late, who stay away, and one on leave."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from server.core.context import Context
from server.core.isolation import acting_for
from server.demo.bank import STUDIO, STUDIO_PAID, SUBSCRIBERS_PAID
from server.demo.seeder import Seeder
from server.finance.subscription_job import renew_for
from shared.core.ids import derived_id
from shared.finance.subscription_commands import period_charge_id
from shared.finance.subscription_vocabulary import SubscriptionAct
from shared.people.vocabulary import Role

_COURSE = "MUS"
_GRACE_DAYS = 7
# Days since they began; the first of them paid.
_BEGAN: tuple[int, ...] = (12, 9, 5, 3, 4, 20)
_LINE = "SELECT id FROM statement_line WHERE organisation_id = :o AND words = :words"


def put_subscriptions(seeder: Seeder, now: datetime) -> None:
    """Set a price, let six of a class subscribe, place what three of them sent, and pause one of these."""
    bursar = seeder.staff(Role.BURSAR)
    course_id = next(course_id for course_id, fields in seeder.plan.courses if fields["code"] == _COURSE)
    price_id = derived_id("sample-price", course_id)
    seeder.clock.set(now - timedelta(days=30))
    price = {"name": "Open studio", "course_id": course_id, "amount": STUDIO_PAID, "grace_days": _GRACE_DAYS,
             "warn_days": 5, "self_service": True}  # fmt: skip
    changes = {name: {"old": None, "new": value} for name, value in price.items()}
    made = [seeder.command("SaveSubscriptionPrice", price_id, {"changes": changes})]
    seeder.send(bursar, made, "Accounts office")
    cohort = [one for one in seeder.plan.cohorts if one.fields["course_id"] == course_id][-1]
    people = [person_id for _, person_id in cohort.enrolments[: len(_BEGAN)]]
    subscriptions = [derived_id("sample-subscription", one) for one in people]
    for person_id, subscription, ago in zip(people, subscriptions, _BEGAN, strict=True):
        seeder.clock.set(now - timedelta(days=ago))
        asked = {"person_id": person_id, "price_id": price_id, "cohort_id": cohort.id}
        seeder.send(bursar, [seeder.command("Subscribe", subscription, asked)], "Accounts office")
    seeder.clock.set(now - timedelta(days=2))
    paid = [_placed(seeder, at, people[at], subscriptions[at]) for at in range(SUBSCRIBERS_PAID)]
    seeder.send(bursar, paid, "Accounts office")
    seeder.clock.set(now - timedelta(days=1))
    pause = {"act": str(SubscriptionAct.PAUSE), "reason": "Away for an internship."}
    seeder.send(bursar, [seeder.command("ChangeSubscription", subscriptions[1], pause)], "Accounts office")
    seeder.clock.set(now)
    _renew(seeder)


def _placed(seeder: Seeder, at: int, person_id: str, subscription: str) -> Any:
    with acting_for(seeder.organisation_id), seeder.parts.database.read() as db:
        line: Any = db.one(_LINE, o=seeder.organisation_id, words=f"{STUDIO} {at + 1}")
    goes_to = [{"entry_id": period_charge_id(subscription, 0), "amount": STUDIO_PAID}]
    share = {"person_id": person_id, "amount": STUDIO_PAID, "goes_to": goes_to}
    asked = {"line_id": line[0], "amount": STUDIO_PAID, "paid_for": [share]}
    return seeder.command("PlaceMoney", derived_id("sample-placed", subscription), asked)


def _renew(seeder: Seeder) -> None:
    """Let the job have its turn; nothing of the sample leaves the server, so its letters go nowhere."""
    parts = seeder.parts
    server = SimpleNamespace(
        database=parts.database, clock=parts.clock, door=parts.door, new_id=parts.new_id, post=lambda *_letter: None
    )
    renew_for(cast("Context", server), seeder.organisation_id)
