"""The attempts of students at assignments: read and locked together, changed, and written in one go."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson

from server.core.batch import Batch
from server.core.database import RepeatTransactionError
from server.core.entities import Body
from server.core.sql import SetSql
from server.grading.kinds import SUBMISSION_KIND
from shared.grading import work_rules as rules
from shared.grading.ids import member_attempt_id
from shared.grading.vocabulary import SubmissionState

_OF_STUDENTS = SetSql(
    f"SELECT {SUBMISSION_KIND.selected()} FROM {{rows}} r {{by}} submission t"  # noqa: S608 - our own column names
    " ON t.assignment_id = r.assignment_id AND t.enrolment_id = r.enrolment_id"
    " WHERE t.organisation_id = :o ORDER BY t.id {lock}",
    lock="t",
    assignment_id="text",
    enrolment_id="text",
)
Pair = tuple[str, str]
"""An assignment and an enrolment."""


@dataclass
class HandIns:
    """All attempts of the students concerned, by assignment and enrolment, and those that change."""

    by_pair: dict[Pair, list[Body]] = field(default_factory=dict)
    changed: dict[str, Body] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)

    def of(self, pair: Pair) -> list[Body]:
        """The attempts of a student at an assignment, as they are by now."""
        return self.by_pair.setdefault(pair, [])

    def next_number(self, pair: Pair) -> int:
        """Return the number of a further attempt."""
        return 1 + max((one["attempt"] for one in self.of(pair)), default=0)

    def put(self, body: Body) -> None:
        """Add an attempt, or change one."""
        attempts = self.of((body["assignment_id"], body["enrolment_id"]))
        before = next((at for at, one in enumerate(attempts) if one["id"] == body["id"]), None)
        if before is None:
            attempts.append(body)
            self.fresh.add(body["id"])
        else:
            attempts[before] = body
        self.changed[body["id"]] = body

    def count(self, pair: Pair, revision: str) -> None:
        """Let the attempt handed in last count, and the others stand as replaced."""
        last = rules.counting(self.of(pair))
        for one in list(self.of(pair)):
            if one["state"] not in (SubmissionState.SUBMITTED, SubmissionState.REPLACED):
                continue
            counts = last is not None and one["id"] == last["id"]
            state = SubmissionState.SUBMITTED if counts else SubmissionState.REPLACED
            if one["state"] != state:
                self.put({**one, "state": str(state), "revision": revision})

    def share(self, body: Body, member: Body, revision: str) -> None:
        """Give a member of a group what another member handed in, as an attempt of his or her own, once."""
        pair = body["assignment_id"], member["enrolment_id"]
        attempt_id = member_attempt_id(body["id"], member["enrolment_id"])
        if any(one["id"] == attempt_id for one in self.of(pair)):
            return
        own = {
            "id": attempt_id,
            "revision": revision,
            "enrolment_id": member["enrolment_id"],
            "person_id": member["person_id"],
            "attempt": self.next_number(pair),
            "source_id": body["id"],
        }
        self.put({**body, **own})
        self.count(pair, revision)

    def write(self, batch: Batch) -> None:
        """Write what changed; where another machine was faster, the transaction is repeated."""
        fresh = [body for key, body in self.changed.items() if key in self.fresh]
        if len(SUBMISSION_KIND.insert(batch, fresh)) < len(fresh):
            raise RepeatTransactionError
        SUBMISSION_KIND.update(batch, [body for key, body in self.changed.items() if key not in self.fresh])


def read_hand_ins(batch: Batch, pairs: Sequence[Pair]) -> HandIns:
    """Return all attempts of (assignment id, enrolment id) pairs, locked until the transaction ends."""
    rows = [{"assignment_id": one, "enrolment_id": other} for one, other in sorted(set(pairs))]
    found = HandIns()
    for row in batch.db.rows(_OF_STUDENTS, o=batch.organisation_id, rows=orjson.dumps(rows).decode()):
        body = SUBMISSION_KIND.body_of(row)
        found.of((body["assignment_id"], body["enrolment_id"])).append(body)
    return found
