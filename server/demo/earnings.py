"""The sample's affiliates and instructors with a share: agreed before money came, and some of it paid out."""

from datetime import date, datetime, timedelta
from typing import Any

from server.core.isolation import acting_for
from server.demo import money
from server.demo.seeder import Seeder
from server.finance.earning_kinds import EARNING_KIND
from shared.core.ids import derived_id
from shared.finance.earning_commands import referral_id
from shared.finance.earning_rules import owed_to
from shared.finance.earning_vocabulary import Payee
from shared.people.vocabulary import Role

# Name, mail, code, rate in hundredths of a percent, amount in minor units, whether of every payment.
_AFFILIATES: tuple[tuple[str, str, str, int, int, bool], ...] = (
    ("Makola Media Club", "club@makola-media.example", "MAKOLA", 500, 0, True),
    ("Kwesi Plange, alumnus", "kwesi.plange@alumni.example", "KWESI24", 0, 7_500, False),
)
_BROUGHT_EVERY, _SHARE = 7, 2_000
_SHARED_COURSES = ("FLM", "MUS")
_TRANSFER = "TRF-20418"


def agree(seeder: Seeder, at: datetime) -> None:
    """Keep affiliates with the students whom they brought, and two instructors' shares, before anything is charged."""
    seeder.clock.set(at)
    made = []
    for name, mail, code, rate, amount, every in _AFFILIATES:
        values = {"name": name, "mail": mail, "code": code, "rate": rate, "amount": amount, "every_payment": every}
        changes = {key: {"old": None, "new": value} for key, value in (values | {"currency": money.CURRENCY}).items()}
        made.append(seeder.command("SaveAffiliate", derived_id("sample-affiliate", code), {"changes": changes}))
    owing = [one for one in money.sample_owing(seeder.plan) if one.place % _BROUGHT_EVERY == 3]
    for at_, one in enumerate(owing):
        code = _AFFILIATES[at_ % len(_AFFILIATES)][2]
        payload = {"person_id": one.person_id, "code": code}
        made.append(seeder.command("GiveReferral", referral_id(one.person_id), payload))
    made += [seeder.command("AgreeShare", key, payload) for key, payload in _shares(seeder, at.date())]
    seeder.send(seeder.staff(Role.BURSAR), made, "Accounts office")


def _shares(seeder: Seeder, day: date) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for course_id, fields in seeder.plan.courses:
        if fields["code"] in _SHARED_COURSES:
            cohort = next(one for one in seeder.plan.cohorts if one.fields["course_id"] == course_id)
            person_id = cohort.fields["instructors"][0]
            payload = {"course_id": course_id, "person_id": person_id, "rate": _SHARE, "from_on": day.isoformat()}
            found.append((derived_id("sample-share", course_id), payload))
    return found


def pay_out(seeder: Seeder, now: datetime) -> None:
    """Pay one affiliate and one instructor half of what is owed to them, and leave another request to decide."""
    owed = _owed(seeder)
    payees = [(kind, key) for kind in Payee for key in sorted(one[1] for one in owed if one[0] == kind)]
    bursar, second = seeder.staff(Role.BURSAR), seeder.staff(Role.ADMINISTRATOR)
    seeder.clock.set(now - timedelta(minutes=25))
    asked = []
    for kind, payee_id in payees[:3]:
        amount = owed[str(kind), payee_id, money.CURRENCY] // 2
        payload = {"payee_kind": str(kind), "payee_id": payee_id, "amount": amount, "currency": money.CURRENCY}
        asked.append(seeder.command("AskPayout", derived_id("sample-payout", payee_id), payload))
    seeder.send(bursar, asked, "Accounts office")
    seeder.clock.set(now - timedelta(minutes=10))
    paid = [
        seeder.command("DecidePayout", one.target_id, {"paid": True, "reference": f"{_TRANSFER}{at}"}, one.id)
        for at, one in enumerate(asked)
        if at != 1
    ]
    seeder.send(second, paid, "Head office")


def _owed(seeder: Seeder) -> dict[tuple[str, str, str], int]:
    sql = f"SELECT {EARNING_KIND.selected()} FROM earning t WHERE t.organisation_id = :o"  # noqa: S608 - our own names
    with acting_for(seeder.organisation_id), seeder.parts.database.read() as db:
        return owed_to(EARNING_KIND.body_of(row) for row in db.rows(sql, o=seeder.organisation_id))
