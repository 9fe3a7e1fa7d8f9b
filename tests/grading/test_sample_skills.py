"""The sample's skills: every one could be kept, every state is there, and the same day gives the same logbooks."""

from datetime import date
from zoneinfo import ZoneInfo

import bcrypt

from server.demo.plan import make_plan
from server.demo.skills import PIN, sample_seen, sample_skills, sample_supervisors
from shared.grading.commands import PAYLOADS
from shared.grading.skill_rules import pin_fault

DAY, ZONE = date(2026, 11, 20), ZoneInfo("Africa/Accra")


def test_everything_could_be_asked_and_the_pin_signs() -> None:
    plan = make_plan(DAY)
    for kind, rows in (("SaveSupervisor", sample_supervisors()), ("SaveSkill", sample_skills(plan))):
        for _key, fields in rows:
            PAYLOADS[kind].model_validate(fields)
    seen = [one for cohort in plan.cohorts for one in sample_seen(plan, cohort, ZONE)]
    for one in seen:
        PAYLOADS["RecordSkillObservation"].model_validate(one.fields)
    assert {one.fields["judged"] for one in seen} == {"competent", "not_yet"}
    assert {one.fields["signature"] is None for one in seen} == {True, False}
    assert len({one.id for one in seen}) == len(seen)
    verifier = next(iter(sample_supervisors()))[1]["verifier"]
    assert pin_fault(PIN) is None
    assert bcrypt.checkpw(PIN.encode(), verifier.encode())


def test_the_same_day_gives_the_same_logbooks() -> None:
    first, again = (make_plan(DAY) for _ in range(2))
    for one, other in zip(first.cohorts, again.cohorts, strict=True):
        assert list(sample_seen(first, one, ZONE)) == list(sample_seen(again, other, ZONE))
