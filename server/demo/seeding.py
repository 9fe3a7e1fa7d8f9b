"""Writes the sample institute through the one door, as its people would have."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.assembly import assemble
from server.core.database import Database
from server.core.keys import Keys
from server.demo import admissions, cash_desk, coming_in, groups, hand_ins, kit, letters, marks, skills
from server.demo.leave import SampleLeave, known_in_advance, sample_leave
from server.demo.overdue import put_overdue
from server.demo.plan import SamplePlan, SampleSession, make_plan
from server.demo.second_entries import second_entries
from server.demo.seeder import Seeder
from server.demo.subscribing import put_subscriptions
from server.people import organisations
from shared.attendance.rules import mark_id, register_id
from shared.core.clock import Clock, ManualClock, instant_text
from shared.core.command import MAX_TARGETS, Command, Target
from shared.core.ids import derived_id
from shared.grading.assignment_rules import DEFAULT_SCHEME
from shared.grading.ids import course_grade_id, grade_scheme_id, work_groups_id
from shared.grading.ids import mark_id as work_mark_id
from shared.people.vocabulary import Role
from shared.timetable.kit_commands import loan_id_of

SEED = 7
_ZONE = ZoneInfo("Africa/Accra")
_STATES = ("present",) * 86 + ("late",) * 6 + ("absent",) * 5 + ("excused",) * 2 + ("left_early",)
_MISSED_EVERY = 23
"""One in so many past registers was never taken, so that the office has something to see."""

_STAYS_AWAY_EVERY = 37
"""One in so many of a cohort has stayed away for two weeks, so that someone has to ask why."""


def seed_institute(
    database: Database, clock: Clock, seed: int = SEED, keys: Keys | None = None
) -> tuple[str, SamplePlan]:
    """Make the sample institute for the clock's present day; returns its organisation id and plan.

    `keys` are the server's, which seal the institute's receipt key; without them no further till is approved there.

    Deterministic: the same seed and day give the same rows with the same ids. Raises CampusError
    `organisation_exists` where it is there already.
    """
    zone = _ZONE
    now = clock.now().astimezone(zone)
    plan = make_plan(now.date(), seed)
    first_day = datetime.fromisoformat(f"{plan.term['starts_on']}T07:00:00").replace(tzinfo=zone)
    manual = ManualClock(first_day - timedelta(days=7))
    chance = random.Random(seed)  # noqa: S311 - a sample must be the same every time
    parts = assemble(database, manual, chance.getrandbits)
    wanted = organisations.NewOrganisation(
        plan.organisation["slug"],
        plan.organisation["name"],
        plan.organisation["time_zone"],
        plan.organisation["calling_code"],
    )
    organisation_id = organisations.create(database, manual, parts.new_id, wanted)
    seeder = Seeder(parts, manual, organisation_id, plan)
    system = organisations.system_actor(organisation_id, derived_id("sample-system", organisation_id))
    seeder.send(system, list(_people(seeder)))
    seeder.send(system, list(_courses(seeder)))
    seeder.send(system, [seeder.command("PlanClassSession", one.id, one.fields) for one in plan.sessions()])
    seeder.send(system, list(_timetable(seeder)))
    _registers(seeder, now)
    _leave(seeder, now)
    _kit(seeder, now)
    cash_desk.put_money(seeder, now, keys or Keys.made())
    _admissions(seeder, now)
    _second_entries(seeder, now)
    _work(seeder, now)
    _open_work(seeder)
    _groups(seeder, now)
    _skills(seeder, now)
    put_subscriptions(seeder, now)
    put_overdue(seeder, now)
    manual.set(now)
    seeder.send(system, list(_institute(seeder)))
    letters.put_letters(database, organisation_id, plan, now)
    coming_in.put_coming_in(database, organisation_id, plan.staff[0].id, now)
    return organisation_id, plan


def _institute(seeder: Seeder) -> Iterator[Command]:
    said = {"motto": ("", "Learn by doing"), "website": ("", "https://km.example.org")}
    changes = {name: {"old": old, "new": new} for name, (old, new) in said.items()}
    yield seeder.command("EditOrganisation", seeder.organisation_id, {"changes": changes})
    for name in sorted({str(fields["branch"]) for _id, fields in seeder.plan.timetable.rooms}):
        yield seeder.command("AddBranch", derived_id("sample-branch", name), {"name": name})


def _people(seeder: Seeder) -> Iterator[Command]:
    for person in (*seeder.plan.staff, *seeder.plan.students):
        yield seeder.command("AddPerson", person.id, person.fields)


def _second_entries(seeder: Seeder, now: datetime) -> None:
    seeder.clock.set(now - timedelta(days=5))
    entered = [seeder.command("AddPerson", *one) for one in second_entries(seeder.plan)]
    seeder.send(seeder.staff(Role.REGISTRAR, 1), entered, "Front desk")


def _courses(seeder: Seeder) -> Iterator[Command]:
    plan = seeder.plan
    yield seeder.command("AddAcademicTerm", derived_id("sample-term", str(plan.term["starts_on"])), plan.term)
    for course_id, fields in plan.courses:
        given = {name: value for name, value in fields.items() if name != "cohorts"}
        yield seeder.command("AddCourse", course_id, given)
    for cohort in plan.cohorts:
        yield seeder.command("AddCohort", cohort.id, cohort.fields)
    for cohort in plan.cohorts:
        for enrolment_id, person_id in cohort.enrolments:
            payload = {"cohort_id": cohort.id, "person_id": person_id, "enrolled_on": cohort.fields["starts_on"]}
            yield seeder.command("EnrolPerson", enrolment_id, payload)


def _timetable(seeder: Seeder) -> Iterator[Command]:
    planned = seeder.plan.timetable
    kinds = (
        ("AddRoom", planned.rooms),
        ("AddHoliday", planned.holidays),
        ("PlanSessionSeries", planned.series),
        ("PlanClassSession", planned.live),
    )
    for kind, rows in kinds:
        for row_id, fields in rows:
            yield seeder.command(kind, row_id, fields)


def _registers(seeder: Seeder, now: datetime) -> None:
    staff = {one.id: seeder.actor(one) for one in seeder.plan.staff}
    past = [one for one in seeder.plan.sessions() if one.starts_at + timedelta(minutes=30) < now]
    today = [one for one in past if one.starts_at.date() == now.date()]
    left_open = {one.id for one in today[len(today) // 2 :]}
    for at, session in enumerate(past):
        if at % _MISSED_EVERY == _MISSED_EVERY - 1 or session.id in left_open:
            continue
        seeder.clock.set(session.starts_at + timedelta(minutes=8))
        instructor = staff[session.cohort.fields["instructors"][0]]
        device = f"{instructor.name.split()[0]}'s laptop"
        seeder.send(instructor, list(_marks(seeder, session)), device)


def _marks(seeder: Seeder, session: SampleSession) -> Iterator[Command]:
    chance = seeder.plan.chance
    lately = seeder.plan.today - timedelta(days=14)
    excused = known_in_advance(sample_leave(seeder.plan, _ZONE), session)
    for place, (enrolment_id, person_id) in enumerate(session.cohort.enrolments):
        state = chance.choice(_STATES)
        if place % _STAYS_AWAY_EVERY == _STAYS_AWAY_EVERY - 1 and session.starts_at.date() > lately:
            state = "absent"
        minutes = chance.randrange(3, 25) if state in ("late", "left_early") else None
        if person_id in excused:
            continue
        payload = {"session_id": session.id, "enrolment_id": enrolment_id, "state": state, "minutes": minutes}
        yield seeder.command("RecordObservation", mark_id(session.id, enrolment_id), payload)
    yield seeder.command("FinishRegister", register_id(session.id), {"session_id": session.id})


def _leave(seeder: Seeder, now: datetime) -> None:
    """Requests as students make them at a lab machine, and the office's answers the hour after."""
    students = {one.id: one for one in seeder.plan.students}
    registrar = seeder.actor(next(one for one in seeder.plan.staff if one.role == Role.REGISTRAR))
    early = now.replace(hour=7, minute=20, second=0, microsecond=0)
    for leave in sorted(sample_leave(seeder.plan, _ZONE), key=lambda one: (-one.asked_days, one.id)):
        asked = min(early - timedelta(days=leave.asked_days), now)
        seeder.clock.set(asked)
        student = seeder.actor(students[leave.person_id])
        request = seeder.command("RequestLeave", leave.id, _asked(leave))
        seeder.send(student, [request], "Lab 2, place 4")
        if leave.state == "asked":
            continue
        seeder.clock.set(asked + timedelta(hours=1))
        if leave.state == "withdrawn":
            seeder.send(student, [seeder.command("WithdrawLeave", leave.id, {}, request.id)], "Lab 2, place 4")
        else:
            payload = {"state": leave.state, "answer": leave.answer}
            seeder.send(registrar, [seeder.command("AnswerLeave", leave.id, payload, request.id)], "Front desk")


def _asked(leave: SampleLeave) -> dict[str, Any]:
    return {
        "person_id": leave.person_id,
        "kind": leave.kind,
        "starts_at": leave.starts_at,
        "ends_at": leave.ends_at,
        "reason": leave.reason,
        "cohort_id": None if leave.for_all else leave.cohort.id,
    }


def _kit(seeder: Seeder, now: datetime) -> None:
    """The list as the registrar keeps it, and what happened at the counter of the attendance officer."""
    registrar = seeder.actor(next(one for one in seeder.plan.staff if one.role == Role.REGISTRAR))
    officer = seeder.actor(next(one for one in seeder.plan.staff if one.role == Role.ATTENDANCE_OFFICER))
    seeder.clock.set(now - timedelta(days=30))
    added = [seeder.command("AddKitItem", item_id, fields) for item_id, fields in kit.pieces(seeder.plan)]
    seeder.send(registrar, added, "Front desk")
    latest = {one.target_id: one.id for one in added}
    loans: dict[str, str] = {}
    for one in kit.doings(seeder.plan, now):
        seeder.clock.set(one.at)
        payload = dict(one.payload) | ({"loan_id": loans[one.piece]} if one.kind == "ReturnKit" else {})
        made = seeder.command(one.kind, one.target, payload, latest.get(one.target))
        if one.kind == "LendKit":
            loans[one.piece] = loan_id_of(made.id)
        latest[one.target] = made.id
        seeder.send(officer, [made], "Kit counter")


def _admissions(seeder: Seeder, now: datetime) -> None:
    """What the registrar keeps of enquiries, forms and applications."""
    registrar = seeder.actor(next(one for one in seeder.plan.staff if one.role == Role.REGISTRAR))
    latest: dict[str, str] = {}
    for one in admissions.steps(seeder.plan, now):
        seeder.clock.set(one.at)
        made = seeder.command(one.kind, one.target, one.payload, latest.get(one.target))
        latest[one.target] = made.id
        seeder.send(registrar, [made], "Front desk")


def _work(seeder: Seeder, now: datetime) -> None:
    """Each cohort's instructor sets work, marks it some days later, and publishes all but the last."""
    staff = {one.id: seeder.actor(one) for one in seeder.plan.staff}
    for cohort in seeder.plan.cohorts:
        instructor = staff[cohort.fields["instructors"][0]]
        device = f"{instructor.name.split()[0]}'s laptop"
        seeder.clock.set(now - timedelta(days=60))
        changes = {name: {"old": DEFAULT_SCHEME[name], "new": value} for name, value in marks.scheme_fields().items()}
        scheme = {"cohort_id": cohort.id, "changes": changes}
        seeder.send(instructor, [seeder.command("SetGradeScheme", grade_scheme_id(cohort.id), scheme)], device)
        set_here = list(marks.sample_work(seeder.plan, cohort, _ZONE))
        for work in set_here:
            seeder.clock.set(work.marked_at - timedelta(days=14))
            seeder.send(instructor, [seeder.command("AddAssignment", work.id, work.fields)], device)
            seeder.clock.set(min(work.marked_at, now))
            made = [_marks_set(seeder, work, work.marks[at : at + MAX_TARGETS]) for at in _steps(work)]
            seeder.send(instructor, made, device)
            if work.published:
                seeder.send(instructor, [_published(seeder, work, one) for one in made], device)
        if cohort is seeder.plan.cohorts[0]:
            _publish_grades(seeder, cohort.id, marks.sample_grades(cohort, set_here), now)


def _publish_grades(seeder: Seeder, cohort_id: str, grades: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """The registrar tells those of the first cohort who see all their marks what their course came to."""
    registrar = seeder.actor(next(one for one in seeder.plan.staff if one.role == Role.REGISTRAR))
    seeder.clock.set(now)
    for at in range(0, len(grades), MAX_TARGETS):
        some = grades[at : at + MAX_TARGETS]
        first, *more = (Target(id=course_grade_id(one["enrolment_id"])) for one in some)
        made = seeder.command("PublishGrades", first.id, {"cohort_id": cohort_id, "grades": list(some)})
        seeder.send(registrar, [made.model_copy(update={"more_targets": tuple(more)})], "Front desk")


def _open_work(seeder: Seeder) -> None:
    """Each cohort has a report to write; some of its students handed it in, and one was given more time."""
    people = {one.id: seeder.actor(one) for one in (*seeder.plan.staff, *seeder.plan.students)}
    for cohort in seeder.plan.cohorts:
        work = hand_ins.open_work(seeder.plan, cohort, _ZONE)
        instructor = people[cohort.fields["instructors"][0]]
        seeder.clock.set(work.set_at)
        made = [seeder.command("AddAssignment", work.id, work.fields)]
        made.append(seeder.command("GrantExtension", *work.extension))
        seeder.send(instructor, made, f"{instructor.name.split()[0]}'s laptop")
        for one in work.handed_in:
            seeder.clock.set(one.at)
            seeder.send(people[one.person_id], [seeder.command("HandIn", one.id, one.payload)], "Lab 3-07")


def _groups(seeder: Seeder, now: datetime) -> None:
    """The first cohort prepares an exhibition in groups."""
    cohort = seeder.plan.cohorts[0]
    instructor = next(seeder.actor(one) for one in seeder.plan.staff if one.id == cohort.fields["instructors"][0])
    work = groups.sample_groups(seeder.plan, cohort, _ZONE)
    seeder.clock.set(now - timedelta(days=3))
    payload = {"assignment_id": work.id, "groups": list(work.groups)}
    made = [
        seeder.command("AddAssignment", work.id, work.fields),
        seeder.command("SetGroups", work_groups_id(work.id), payload),
    ]
    seeder.send(instructor, made, f"{instructor.name.split()[0]}'s laptop")


def _skills(seeder: Seeder, now: datetime) -> None:
    """Whoever teaches a cohort of a course with skills keeps them, and records what its students can do."""
    staff = {one.id: seeder.actor(one) for one in seeder.plan.staff}
    office = next(seeder.actor(one) for one in seeder.plan.staff if one.role == Role.REGISTRAR)
    seeder.clock.set(now - timedelta(days=60))
    made = [seeder.command("SaveSupervisor", key, fields) for key, fields in skills.sample_supervisors()]
    made += [seeder.command("SaveSkill", key, fields) for key, fields in skills.sample_skills(seeder.plan)]
    seeder.send(office, made)
    for cohort in seeder.plan.cohorts:
        instructor = staff[cohort.fields["instructors"][0]]
        seen = sorted(skills.sample_seen(seeder.plan, cohort, _ZONE), key=lambda one: (one.at, one.id))
        told = [
            seeder.command("RecordSkillObservation", one.id, one.fields).model_copy(
                update={"observed_at": instant_text(min(one.at, now))}
            )
            for one in seen
        ]
        seeder.clock.set(now)
        if told:
            seeder.send(instructor, told, f"{instructor.name.split()[0]}'s laptop")


def _steps(work: marks.SampleWork) -> range:
    return range(0, len(work.marks), MAX_TARGETS)


def _marks_set(seeder: Seeder, work: marks.SampleWork, part: Sequence[Mapping[str, Any]]) -> Command:
    targets = tuple(Target(id=work_mark_id(work.id, one["enrolment_id"])) for one in part)
    payload = {"assignment_id": work.id, "marks": list(part)}
    made = seeder.command("SetMarks", targets[0].id, payload)
    return made.model_copy(update={"more_targets": targets[1:]})


def _published(seeder: Seeder, work: marks.SampleWork, marked: Command) -> Command:
    made = seeder.command("ReleaseMarks", marked.target_id, {"assignment_id": work.id}, marked.id)
    others = tuple(Target(id=one.id, base=marked.id) for one in marked.targets[1:])
    return made.model_copy(update={"more_targets": others})
