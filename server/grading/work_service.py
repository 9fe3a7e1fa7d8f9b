"""What the commands of hand-ins do: keep unfinished work, take hand-ins, give work back, give more time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, missing
from server.core.sql import SetSql
from server.grading import whole_rows, work_files
from server.grading.ground import (
    Ground,
    archived_fault,
    in_the_way,
    left_fault,
    not_teaching,
    packed,
    read_ground,
    refused,
)
from server.grading.hand_ins import HandIns, Pair, read_hand_ins
from server.grading.kinds import EXTENSION_KIND, SUBMISSION_KIND
from server.grading.teams import read_teams
from shared.core.clock import is_clock_off, parse_instant
from shared.core.text import text
from shared.grading import work_rules as rules
from shared.grading.commands import PAYLOADS
from shared.grading.extension_rules import extension_fault, may_extend
from shared.grading.group_rules import is_for_groups
from shared.grading.ids import extension_id, further_attempt_id
from shared.grading.permissions import may_hand_in, may_mark
from shared.grading.projections import as_handed_in, extension_body, work_body
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import EXTENSION, SUBMISSION, AssignmentState, SubmissionState, WorkKind

_SHARED = SetSql(
    f"SELECT {SUBMISSION_KIND.selected()} FROM {{ids}} i {{by}} submission t"  # noqa: S608 - our own column names
    " ON t.organisation_id = :o AND t.id = i.id WHERE t.group_id IS NOT NULL"
    f" UNION ALL SELECT {SUBMISSION_KIND.selected()} FROM submission t WHERE t.organisation_id = :o"
    " AND t.group_id IS NOT NULL AND t.source_id IN (SELECT id FROM {ids} i)"
)
_CONTENT = ("files", "text", "message")
_EXTENDED = ("due_at", "reason")


@dataclass
class _Desk:
    """What one run works on: the ground, all attempts of the students concerned, and who works with whom."""

    ground: Ground
    attempts: HandIns
    files: work_files.States
    teams: Mapping[Pair, Sequence[Body]]

    def of(self, item: Item) -> list[Body]:
        """The attempts of an item's student at its assignment, as they are by now."""
        return self.attempts.of(_pair(item))

    def team(self, item: Item) -> Sequence[Body]:
        """The group of an item's student, empty for who works alone."""
        return self.teams.get(_pair(item), ())


def _pair(item: Item) -> Pair:
    return item.payload.assignment_id, item.payload.enrolment_id


def save(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep unfinished work; what another machine kept meanwhile, or what is handed in, stays beside it."""
    return _run(batch, items, _save)


def hand_in(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Take hand-ins; of several attempts the one handed in last counts, and all are kept."""
    return _run(batch, items, _hand_in)


def _run(batch: Batch, items: Sequence[Item], decide: Callable[..., Decision]) -> list[Decision]:
    pairs = [_pair(item) for item in items]
    ground = read_ground(batch, pairs, extensions=True)
    together = {key for key, one in ground.sets.items() if is_for_groups(one.body)}
    teams = read_teams(batch, [one for one in pairs if one[0] in together])
    mates = [(pair[0], member["enrolment_id"]) for pair, members in teams.items() for member in members]
    attempts = read_hand_ins(batch, [*pairs, *mates])
    states = work_files.read_states(batch, {one.sha256 for item in items for one in item.payload.files})
    desk = _Desk(ground, attempts, states, teams)
    revisions = {one["id"]: one["revision"] for every in attempts.by_pair.values() for one in every}
    standings = batch.standings(items, revisions)
    decisions = []
    for item, standing in zip(items, standings, strict=True):
        decisions.append(_refusal(batch, item, desk) or decide(batch, item, desk, stale=standing.stale))
    attempts.write(batch)
    return decisions


def _refusal(batch: Batch, item: Item, desk: _Desk) -> Decision | None:
    """Why someone's work isn't taken, whatever is in it."""
    known = desk.ground.sets.get(item.payload.assignment_id)
    enrolment = desk.ground.enrolments.get(item.payload.enrolment_id)
    if known is None or enrolment is None:
        message = text("The work or the enrolment hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, SUBMISSION)
    cohort_id, name = known.body["cohort_id"], enrolment["name"]
    if enrolment["cohort_id"] != cohort_id:
        return rejected(item, "not_in_cohort", text("{name} isn't in the class of this work.", name=name))
    if item.accepted:
        return None
    if not may_hand_in(item.author, enrolment["person_id"]):
        return rejected(item, "not_allowed", text("Students hand in their own work. Ask the office."))
    left = archived_fault() if known.archived else left_fault(enrolment)
    if left is not None:
        return in_the_way(batch, item, left, SUBMISSION, cohort_id, name)
    if known.body["state"] == AssignmentState.DRAFT or known.body["work_kind"] != WorkKind.HANDED_IN:
        fault = Fault("not_handed_in_here", text("This work isn't handed in here. Ask whoever teaches the class."))
        return refused(item, fault)
    return None


def _wanted(item: Item, desk: _Desk) -> tuple[Body, Body | None]:
    """Return the attempt that an item asks for, in progress, and the present one of that id."""
    attempts = desk.of(item)
    present = next((one for one in attempts if one["id"] == item.target.id), None)
    number = desk.attempts.next_number(_pair(item))
    body = work_body(item.command, desk.ground.enrolments[item.payload.enrolment_id], present, number)
    team = desk.team(item)
    if team:
        body |= {"group_id": team[0]["group_id"], "brought_by": body["person_id"]}
    people = [body["person_id"], *(one["person_id"] for one in team)]
    return work_files.with_states(body, desk.files, people), present


def _beside(item: Item, desk: _Desk, body: Body) -> Body:
    """Return an attempt of its own for content that meets other content under its id."""
    number = desk.attempts.next_number(_pair(item))
    return {**body, "id": further_attempt_id(item.command.id), "attempt": number}


def _same(one: Body, other: Body) -> bool:
    return all(work_files.bare(one[name]) == work_files.bare(other[name]) for name in _CONTENT)


def _save(batch: Batch, item: Item, desk: _Desk, *, stale: bool) -> Decision:
    del batch
    body, present = _wanted(item, desk)
    fault = rules.content_fault(desk.ground.sets[item.payload.assignment_id].body, body, finished=False)
    if fault is not None:
        return refused(item, fault)
    if present is not None and _same(present, body):
        return agreed(present["revision"])
    if present is not None and (stale or present["state"] != SubmissionState.IN_PROGRESS):
        body = _beside(item, desk, body)
    desk.attempts.put(body)
    return applied(item.command.id, submission_id=body["id"])


def _hand_in(batch: Batch, item: Item, desk: _Desk, *, stale: bool) -> Decision:
    body, present = _wanted(item, desk)
    handed_in = as_handed_in(body, item.command, batch.now)
    if present is not None and present["state"] != SubmissionState.IN_PROGRESS and _same(present, body):
        return agreed(present["revision"])
    refusal = _why_not_taken(batch, item, desk, handed_in)
    if refusal is not None:
        return refusal
    suspect = is_clock_off(item.command.observed_at, item.command.clock_offset, parse_instant(batch.now))
    handed_in["clock_suspect"] = suspect
    if present is not None and (
        present["state"] != SubmissionState.IN_PROGRESS or (stale and not _same(present, body))
    ):
        handed_in = _beside(item, desk, handed_in)
    desk.attempts.put(handed_in)
    desk.attempts.count(_pair(item), item.command.id)
    for member in desk.team(item):
        if member["enrolment_id"] != handed_in["enrolment_id"]:
            desk.attempts.share(handed_in, member, item.command.id)
    return applied(item.command.id, submission_id=handed_in["id"])


def _why_not_taken(batch: Batch, item: Item, desk: _Desk, body: Body) -> Decision | None:
    work = desk.ground.sets[item.payload.assignment_id].body
    extension = desk.ground.extensions.get(extension_id(work["id"], item.payload.enrolment_id))
    fault = rules.content_fault(work, body)
    if fault is None and not item.accepted:
        fault = rules.why_not_taken(work, body["handed_in_at"], extension)
    if fault is not None:
        return refused(item, fault)
    fault = rules.attempts_fault(work, desk.of(item))
    if fault is not None and not item.accepted:
        # Who handed in on another machine before couldn't know of it here: what was done offline is kept.
        return in_the_way(batch, item, fault, SUBMISSION, work["cohort_id"], _name(desk, item))
    return None


def _name(desk: _Desk, item: Item) -> str:
    """Return the name of the student of an item."""
    return str(desk.ground.enrolments[item.payload.enrolment_id]["name"])


def give_back(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Give attempts back to be done again."""
    present = SUBMISSION_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, SUBMISSION))
            continue
        note = item.payload.note.strip()
        if not item.accepted and not may_mark(item.author, body["cohort_id"]):
            decisions.append(not_teaching(item, SUBMISSION, body["cohort_id"]))
        elif body["state"] == SubmissionState.RETURNED and body["returned_note"] == note:
            decisions.append(agreed(body["revision"]))
        elif body["state"] not in (SubmissionState.SUBMITTED, SubmissionState.RETURNED):
            words = text("Only work that was handed in last can be given back. Open it again.")
            decisions.append(refused(item, Fault("attempt_replaced", words)))
        else:
            state = str(SubmissionState.RETURNED)
            written.append({**body, "state": state, "returned_note": note, "revision": item.command.id})
            decisions.append(applied(item.command.id))
    SUBMISSION_KIND.update(batch, [*written, *_to_the_others(batch, written)])
    return decisions


def _to_the_others(batch: Batch, returned: Sequence[Body]) -> list[Body]:
    """Return the attempts of the other members of groups whose work is given back, given back as well."""
    given = {one["source_id"] or one["id"]: one for one in returned if one["group_id"]}
    if not given:
        return []
    rows = batch.db.rows(_SHARED, o=batch.organisation_id, ids=packed(given))
    found = [SUBMISSION_KIND.body_of(row) for row in rows]
    done = {one["id"] for one in returned}
    told = ("state", "returned_note", "revision")
    return [
        {**one, **{name: given[one["source_id"] or one["id"]][name] for name in told}}
        for one in found
        if one["id"] not in done and one["state"] in (SubmissionState.SUBMITTED, SubmissionState.RETURNED)
    ]


def extend(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Give students more time, or take it back."""
    ground = read_ground(batch, [(item.payload.assignment_id, item.payload.enrolment_id) for item in items])
    return whole_rows.put(batch, EXTENSION_KIND, items, partial(_extension, batch, ground), _EXTENDED)


def _extension(batch: Batch, ground: Ground, item: Item, _before: Body | None) -> Body | Decision:
    payload = item.payload
    known, enrolment = ground.sets.get(payload.assignment_id), ground.enrolments.get(payload.enrolment_id)
    if known is None or enrolment is None:
        message = text("The work or the student hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, EXTENSION)
    cohort_id = known.body["cohort_id"]
    if item.target.id != extension_id(payload.assignment_id, payload.enrolment_id):
        return rejected(item, "field_invalid", text("This time belongs to another student. Open the work again."))
    if enrolment["cohort_id"] != cohort_id:
        return rejected(item, "not_in_cohort", text("{name} isn't in the class of this work.", name=enrolment["name"]))
    if not item.accepted:
        if not may_extend(item.author, cohort_id):
            return not_teaching(item, EXTENSION, cohort_id, enrolment["name"])
        if known.archived:
            return in_the_way(batch, item, archived_fault(), EXTENSION, cohort_id, enrolment["name"])
    body = extension_body(item.command, enrolment, (item.author.person_id, item.author.name))
    fault = extension_fault(known.body, body["due_at"])
    return refused(item, fault) if fault is not None else body


COMMANDS = (
    CommandType("SaveWork", PAYLOADS["SaveWork"], save),
    CommandType("HandIn", PAYLOADS["HandIn"], hand_in),
    CommandType("ReturnWork", PAYLOADS["ReturnWork"], give_back),
    CommandType("GrantExtension", PAYLOADS["GrantExtension"], extend),
)
