"""What the sample's institute does about money that is late, and about an enrolment that was cancelled."""

from datetime import datetime, timedelta

from server.demo import money
from server.demo.seeder import Seeder
from shared.core.ids import derived_id
from shared.finance.overdue_commands import finance_policy_id
from shared.finance.policy_rules import FIRST
from shared.finance.refund_rules import refund_rule_id
from shared.learning.holds import OVERDUE, HoldOn
from shared.people.vocabulary import Role

_CANCELLED = ("GRD", 12)
_STEPS = [{"until": 14, "percent": 100}, {"until": 105, "percent": 50}]
_FEE = 5_000
_HELD_FROM = 340_000


def put_overdue(seeder: Seeder, now: datetime) -> None:
    """Set the policy and run it twice, so that people were reminded and certificates are held; cancel an enrolment."""
    bursar = seeder.staff(Role.BURSAR)
    hold = {"what": str(HoldOn.CERTIFICATE), "ground": OVERDUE, "days": 7, "least": _HELD_FROM}
    values = {"channels": ["notice"], "grace_days": 3, "least_amount": 1_000, "holds": [hold]}
    changes = {name: {"old": FIRST[name], "new": value} for name, value in values.items()}
    for ago in (12, 7):
        seeder.clock.set(now - timedelta(days=ago))
        made = [seeder.command("RunOverdue", derived_id("sample-overdue", str(ago)), {})]
        if ago == 12:
            made.insert(
                0, seeder.command("SetFinancePolicy", finance_policy_id(seeder.organisation_id), {"changes": changes})
            )
        seeder.send(bursar, made, "Accounts office")
    _cancel(seeder, now)


def _cancel(seeder: Seeder, now: datetime) -> None:
    """Let a student leave in the middle of the term: half of the tuition goes back, less a fee."""
    seeder.clock.set(now - timedelta(days=1))
    rule = {"course_id": None, "steps": _STEPS, "fee": _FEE, "pays_back": False}
    changes = {name: {"old": None, "new": value} for name, value in rule.items()}
    made = seeder.command("SaveRefundRule", refund_rule_id(seeder.organisation_id), {"changes": changes})
    seeder.send(seeder.staff(Role.BURSAR), [made], "Accounts office")
    leaver = next(one for one in money.sample_owing(seeder.plan) if (one.course, one.place) == _CANCELLED)
    ended = {"state": "cancelled", "old_state": "active", "reason": "Moved to another town."}
    left = seeder.command("SetEnrolmentState", leaver.enrolment_id, ended)
    seeder.send(seeder.staff(Role.REGISTRAR), [left], "Front desk")
