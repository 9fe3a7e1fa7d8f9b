"""Releasing marks: what is finished and undisputed shows to its students, with the comments on their work."""

from collections.abc import Iterable, Mapping, Sequence

from server.core import conflicts
from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body
from server.core.sql import SetSql
from server.grading import group_comments, mark_history, peer_service
from server.grading.ground import Set, archived_fault, in_the_way, packed, read_sets
from server.grading.kinds import COMMENT_KIND, MARK_KIND
from shared.core.text import text
from shared.grading.commands import PAYLOADS
from shared.grading.group_rules import is_for_groups
from shared.grading.mark_projections import released
from shared.grading.mark_rules import is_graded
from shared.grading.peer_rules import has_reviews
from shared.grading.permissions import may_release_marks
from shared.grading.vocabulary import JUDGEMENT, MARK, EntryKind
from shared.people.vocabulary import Permission

_DISPUTED = SetSql(
    "SELECT c.entity_id, c.id FROM {ids} i {by} conflict c ON c.organisation_id = :o AND c.entity_id = i.id"
    " WHERE c.kind = :kind AND c.fields_group = :disputed AND c.state = 'open'"
)
_SHOW = SetSql(
    "UPDATE work_comment AS t SET shown = true WHERE t.organisation_id = :o AND t.shown = false"  # noqa: S608 - our own column names
    f" AND t.mark_id IN (SELECT id FROM {{ids}} i) RETURNING {COMMENT_KIND.selected().replace('t.', '')}"
)


def open_disputes(batch: Batch, mark_ids: Iterable[str]) -> dict[str, str]:
    """Return by mark the id of its open disagreement."""
    places = {"o": batch.organisation_id, "ids": packed(mark_ids), "kind": MARK, "disputed": JUDGEMENT}
    rows = batch.db.rows(_DISPUTED, **places)
    return {row[0]: row[1] for row in rows}


def close_disputes(batch: Batch, disputes: Mapping[str, str], items: Mapping[str, Item]) -> None:
    """Someone who saw both sides marked again: the disagreement is over."""
    for mark, conflict_id in sorted(disputes.items()):
        found = conflicts.find(batch, conflict_id)
        if found is not None:
            item = items[mark]
            done = conflicts.settled(batch, item, found[0], {JUDGEMENT: item.command.id})
            conflicts.store(batch, done, *found[1:])


def show_comments(batch: Batch, mark_ids: Sequence[str]) -> None:
    """Let students see the comments on work whose marks they see from now on."""
    if mark_ids:
        for row in batch.db.rows(_SHOW, o=batch.organisation_id, ids=packed(mark_ids)):
            COMMENT_KIND.publish(batch, COMMENT_KIND.body_of(row))


def show_work(batch: Batch, marks: Sequence[Body], sets: Mapping[str, Set]) -> None:
    """Let students see what belongs to marks that they see from now on: comments, in groups for each member."""
    show_comments(batch, [one["id"] for one in marks])
    of_groups = [one["id"] for one in marks if is_for_groups(sets[one["assignment_id"]].body)]
    if of_groups:
        group_comments.show_to_members(batch, of_groups)
    reviewed = [one["id"] for one in marks if has_reviews(sets[one["assignment_id"]].body)]
    if reviewed:
        peer_service.show_to_authors(batch, reviewed)


def release(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Release marks, whatever their number in the same statements."""
    sets = read_sets(batch, (item.payload.assignment_id for item in items))
    present = MARK_KIND.read(batch, (item.target.id for item in items))
    disputes = open_disputes(batch, present)
    decisions: list[Decision] = []
    bodies: list[Body] = []
    steps = []
    for item in items:
        mark = present.get(item.target.id)
        refusal = _refusal(batch, item, sets.get(item.payload.assignment_id), mark, disputes)
        if refusal is not None or mark is None:
            decisions.append(refusal or _unmarked(item))
            continue
        body = released(mark, item.command.id, batch.now)
        bodies.append(body)
        steps.append(mark_history.step(item, body, EntryKind.RELEASED))
        decisions.append(applied(item.command.id))
    MARK_KIND.update(batch, bodies)
    show_work(batch, bodies, sets)
    mark_history.add(batch, steps)
    return decisions


def _unmarked(item: Item) -> Decision:
    return rejected(item, "not_marked", text("This work isn't marked yet, so there is nothing to release."))


def _refusal(
    batch: Batch, item: Item, known: Set | None, mark: Body | None, disputes: Mapping[str, str]
) -> Decision | None:
    if known is None:
        message = text("The work of this mark hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, MARK)
    cohort_id = known.body["cohort_id"]
    if not item.accepted and not may_release_marks(item.author, cohort_id):
        if item.author.may(Permission.MARKS_RELEASE):
            message = text("You no longer teach this class. It is kept for the office.")
            return held("not_teaching", message, MARK, f"cohort:{cohort_id}")
        return rejected(item, "not_allowed", text("Your role doesn't release marks. Ask whoever teaches the class."))
    if known.archived and not item.accepted:
        return in_the_way(batch, item, archived_fault(), MARK, cohort_id)
    if mark is None or mark["assignment_id"] != known.body["id"] or not is_graded(mark):
        return _unmarked(item)
    if mark["id"] in disputes:
        words = text("Two people have marked this work differently. Choose between them before you release it.")
        return rejected(item, "mark_disputed", words, conflict_id=disputes[mark["id"]])
    return agreed(mark["revision"]) if mark["released_at"] else None


COMMANDS = (CommandType("ReleaseMarks", PAYLOADS["ReleaseMarks"], release),)
