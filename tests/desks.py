"""A ready desk for tests: a real encrypted store in a temporary folder, filled as an answer of the server fills it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.core.area import KindSpec, StoreArea
from desktop.core.desk import Desk
from desktop.core.local_store import Identity, LocalStore
from desktop.core.sealed_outbox import Owner
from desktop.core.settings import Settings
from shared.attendance import commands as attendance_commands
from shared.attendance import rules as attendance_rules
from shared.core.actor import Actor
from shared.core.clock import ManualClock
from shared.core.ids import IdMaker, derived_id
from shared.core.outcome import Outcome, Verdict
from shared.core.sync import Change, Cursor, SyncRequest, SyncResponse
from shared.learning import commands as learning_commands
from shared.learning import rules as learning_rules
from shared.people import commands as people_commands
from shared.people import rules as people_rules
from shared.people.vocabulary import BUILT_IN_ROLES, Role
from shared.timetable import commands as timetable_commands
from shared.timetable import rules as timetable_rules

KEY = b"k" * 32
ORGANISATION = derived_id("organisation", "sample")
PARENTS = {
    "cohort": "course_id",
    "enrolment": "cohort_id",
    "class_session": "cohort_id",
    "observation": "session_id",
    "register": "session_id",
    "conflict": "entity_id",
    "assignment": "cohort_id",
    "mark": "assignment_id",
    "submission": "assignment_id",
    "work_comment": "submission_id",
    "extension": "assignment_id",
    "work_group": "assignment_id",
    "peer_review": "assignment_id",
    "peer_task": "assignment_id",
    "peer_feedback": "assignment_id",
    "grade_scheme": "cohort_id",
    "course_grade": "cohort_id",
    "course_grade_entry": "grade_id",
    "mark_entry": "mark_id",
    "mark_part": "mark_id",
    "regrade": "mark_id",
    "skill": "course_id",
    "skill_observation": "enrolment_id",
    "portfolio_item": "person_id",
    "application_form": "course_id",
    "application": "form_id",
    "application_event": "application_id",
}


def _name(body: Mapping[str, Any]) -> str:
    return " ".join(body[part] for part in ("given_name", "family_name") if body.get(part))


def plain_areas() -> tuple[StoreArea, ...]:
    """The rows and commands that both sides know, listed as plainly as a test needs them."""
    person = KindSpec(people_rules.sort_text, people_rules.search_text, _name)
    named = KindSpec(lambda body: people_rules.fold(body.get("name") or body.get("title") or ""))
    timed = KindSpec(lambda body: str(body["starts_at"]), keys={"starts_at": lambda body: body["starts_at"]})
    return (
        StoreArea(
            {
                **dict.fromkeys(("organisation", "role", "branch", "profile", "private_profile"), KindSpec()),
                "person": person,
            },
            people_rules.PROJECTIONS,
            people_commands.TYPE_VERSIONS,
        ),
        StoreArea(
            {
                "course": named,
                "cohort": named,
                "enrolment": KindSpec(),
                "academic_term": named,
                "course_right": KindSpec(),
            },
            learning_rules.PROJECTIONS,
            learning_commands.TYPE_VERSIONS,
        ),
        StoreArea(
            {"class_session": timed, **dict.fromkeys(("session_series", "room", "holiday"), named)},
            timetable_rules.PROJECTIONS,
            timetable_commands.TYPE_VERSIONS,
        ),
        StoreArea(
            {"observation": KindSpec(), "register": KindSpec()},
            attendance_rules.PROJECTIONS,
            attendance_commands.TYPE_VERSIONS,
        ),
    )


def make_actor(
    person_id: str, name: str, *roles: Role, teaches: Sequence[str] = (), organisation_id: str = ORGANISATION
) -> Actor:
    """Someone with everything that his or her roles allow."""
    permissions = frozenset(str(word) for role in roles for word in BUILT_IN_ROLES[role])
    return Actor(
        person_id=person_id,
        organisation_id=organisation_id,
        name=name,
        roles=tuple(roles),
        permissions=permissions,
        teaches=frozenset(teaches),
    )


@dataclass
class Opened:
    """The pages that were asked for, as (name, id, details)."""

    pages: list[tuple[str, str | None, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, page: str, entity_id: str | None = None, /, **details: Any) -> None:
        """Note it."""
        self.pages.append((page, entity_id, details))


@dataclass
class Feed:
    """Plays the server's part towards one store: brings rows, and answers what waits."""

    store: LocalStore
    clock: ManualClock
    seq: int = 0

    def bring(self, rows: Sequence[tuple[str, Mapping[str, Any]]], outcomes: Sequence[Outcome] = ()) -> None:
        """Settle an answer with these rows, as (kind, body)."""
        changes = tuple(self._change(kind, body) for kind, body in rows)
        request = self.store.next_request()
        cursor = Cursor(server_epoch="test", seq=self.seq)
        self.store.settle(request, SyncResponse(outcomes=tuple(outcomes), changes=changes, cursor=cursor))

    def _change(self, kind: str, body: Mapping[str, Any]) -> Change:
        self.seq += 1
        full = {"revision": body["id"], **body}
        parent = body.get(PARENTS.get(kind, ""))
        return Change(
            seq=self.seq, kind=kind, id=body["id"], revision=full["revision"], parent=parent, scope="all", body=full
        )

    def accept_all(self) -> SyncRequest:
        """Answer everything that waits with "applied", and bring the rows that it shows now."""
        request = self.store.next_request()
        rows = self.store.page("observation", limit=-1)
        pending = [
            ("observation", {**row, "ordinal": place}) for place, row in enumerate(rows, 1) if not row.get("ordinal")
        ]
        changes = tuple(self._change(kind, body) for kind, body in pending)
        self.seq += 1
        outcomes = tuple(
            Outcome(command_id=command.id, target_id=target.id, verdict=Verdict.APPLIED, seq=self.seq)
            for command in request.commands
            for target in command.targets
        )
        cursor = Cursor(server_epoch="test", seq=self.seq)
        self.store.settle(request, SyncResponse(outcomes=outcomes, changes=changes, cursor=cursor))
        return request


@dataclass(frozen=True)
class TestDesk:
    """A desk with what a test wants beside it."""

    __test__ = False

    desk: Desk
    feed: Feed
    clock: ManualClock
    opened: Opened

    @property
    def store(self) -> LocalStore:
        """The desk's store."""
        return self.desk.store

    def close(self) -> None:
        """Close the store."""
        self.desk.store.close()


def make_desk(
    folder: Path,
    actor: Actor,
    rows: Sequence[tuple[str, Mapping[str, Any]]] = (),
    *,
    areas: Sequence[StoreArea] | None = None,
    clock: ManualClock | None = None,
    settings: Settings | None = None,
    seed: str = "desk",
) -> TestDesk:
    """Return a desk on a SQLCipher store in `folder`, filled with `rows` given as (kind, body). Close it at the end."""
    clock = clock or ManualClock()
    owner = Owner(
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        device_id=derived_id("device", seed),
    )
    folder.mkdir(parents=True, exist_ok=True)
    ids = IdMaker(clock)
    store = LocalStore(folder / "store.db", KEY, Identity(owner), areas or plain_areas(), clock, ids)
    feed = Feed(store, clock)
    opened = Opened()
    if rows:
        feed.bring(rows)
    desk = Desk(store=store, actor=actor, open=opened, clock=clock, ids=ids, settings=settings or Settings())
    return TestDesk(desk, feed, clock, opened)
