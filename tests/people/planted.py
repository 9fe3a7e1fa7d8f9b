"""Forty strings of one person, each found nowhere else, over every area: what an export shows and erasure takes."""

from dataclasses import dataclass, field
from typing import Any

from server.core import feeds
from server.core.batch import Origin
from server.messaging.service import NewNotice, notify
from shared.grading.ids import mark_id
from shared.messaging.vocabulary import NoticeCategory
from shared.people.profile_fields import row_id
from shared.people.vocabulary import PRIVATE_PROFILE, PROFILE, Role
from tests.grading.classroom import Classroom, make_classroom
from tests.institute import Device, Institute

COUNT = 40
LINKS, FILE = "https://zq-{n:02d}.example.org/", "ab" * 32


@dataclass
class Planted:
    """The person, and the words in the order in which they were planted."""

    room: Classroom
    person: Device
    person_id: str
    words: list[str] = field(default_factory=list)
    enrolment_id: str = ""
    officer: Device | None = None

    def word(self, form: str = "Zq{n:02d}verbatim") -> str:
        """Return the next word; `form` shows where its number goes."""
        made = form.format(n=len(self.words) + 1)
        self.words.append(made)
        return made


def plant(institute: Institute) -> Planted:
    """Plant everything of a student of the small institute; COUNT words in all."""
    room = make_classroom(institute)
    person = institute.device("planted", Role.STUDENT, "Nobody Special")
    made = Planted(room, person, person.actor.person_id)
    made.officer = institute.device("officer", Role.ADMINISTRATOR, "Dora Officer")
    enrolled = institute.devices["system"].do(
        "EnrolPerson", institute.parts.new_id(), {"cohort_id": institute.cohort_id, "person_id": made.person_id}
    )
    made.enrolment_id = enrolled.target_id
    institute.students.insert(0, made.person_id)
    institute.enrolments.insert(0, made.enrolment_id)
    _identity(made)
    _profile(made)
    _attendance(made)
    _work(made)
    _around(made)
    assert len(made.words) == COUNT, len(made.words)
    assert len(set(made.words)) == COUNT
    return made


def _ok(told: Any) -> Any:
    assert told.verdict in ("applied", "agreed", "conflict"), told
    return told


def _edit(made: Planted, **changes: tuple[Any, Any]) -> None:
    body = made.room.row("person", made.person_id)
    _ok(made.room.institute.devices["system"].edit("EditPerson", made.person_id, body["revision"], **changes))


def _identity(made: Planted) -> None:
    """Nine: what names the person now, and what did before."""
    old = {"email": made.word("zq{n:02d}@old.example.org"), "phone": made.word("024 111 00{n:02d}")}
    _edit(made, **{name: (None, value) for name, value in old.items()})
    new = {
        "given_name": made.word(), "family_name": made.word(), "other_names": made.word(),
        "email": made.word("zq{n:02d}@example.org"), "phone": made.word("024 222 00{n:02d}"),
        "number": made.word("KM-ZQ-{n:02d}"), "username": made.word("zq{n:02d}user"),
    }  # fmt: skip
    before = made.room.row("person", made.person_id)
    _edit(made, **{name: (before.get(name), value) for name, value in new.items()})


def _profile(made: Planted) -> None:
    """Fourteen: the profile, and a side of a disagreement about it."""
    me, device = made.person_id, made.person
    changes = {
        "preferred_name": made.word(), "bio": made.word(), "specialisation": made.word(),
        "qualifications": [made.word()], "links": [made.word(LINKS)], "interests": [made.word()], "goals": made.word(),
    }  # fmt: skip
    payload = {"person_id": me, "changes": {name: {"old": None, "new": value} for name, value in changes.items()}}
    _ok(device.do("EditProfile", row_id(PROFILE, me), payload))
    contact = {
        "name": made.word(), "relation": made.word(), "phone": made.word("024 333 00{n:02d}"),
        "email": made.word("zq{n:02d}@guardian.example.org"), "told": True,
    }  # fmt: skip
    private = {"address": {"old": None, "new": made.word()}, "guardians": {"old": [], "new": [contact]}}
    target = row_id(PRIVATE_PROFILE, me)
    _ok(device.do("EditPrivateProfile", target, {"person_id": me, "changes": private}))
    clash = {"person_id": me, "changes": {"address": {"old": None, "new": made.word()}}}
    assert _ok(made.room.institute.registrar.do("EditPrivateProfile", target, clash)).verdict == "conflict"
    gone = {"person_id": me, "changes": {"bio": {"old": changes["bio"], "new": made.word()}}}
    _ok(device.do("EditProfile", row_id(PROFILE, me), gone, made.room.revision(PROFILE, row_id(PROFILE, me))))


def _attendance(made: Planted) -> None:
    """Three: a note at a mark, and a request for leave with its answer."""
    institute = made.room.institute
    _ok(institute.ama.send(institute.mark(institute.ama, 0, "late", note=made.word()))[0])
    leave = institute.parts.new_id()
    asked = {
        "person_id": made.person_id, "kind": "leave", "reason": made.word(),
        "starts_at": "2026-11-21T00:00:00.000Z", "ends_at": "2026-11-22T00:00:00.000Z",
    }  # fmt: skip
    base = _ok(made.person.do("RequestLeave", leave, asked)).revision
    answer = {"state": "approved", "old_state": "asked", "answer": made.word()}
    _ok(institute.registrar.do("AnswerLeave", leave, answer, base))


def _work(made: Planted) -> None:
    """Nine: what was handed in, and what was said about it."""
    room, enrolment = made.room, made.enrolment_id
    work = room.work()
    late = {"assignment_id": work, "enrolment_id": enrolment, "due_at": "2026-12-20T10:00:00.000Z"}
    extended = room.extend(work, "2026-12-20T10:00:00.000Z", reason=made.word())
    _ok(extended)
    file = {"sha256": FILE, "name": f"{made.word()}.pdf", "bytes": 7, "kind": "pdf"}
    hand_in = {"text": made.word(), "message": made.word(), "files": [file]}
    _ok(made.person.do("HandIn", room.new(), {"assignment_id": work, "enrolment_id": enrolment, **hand_in}))
    _ok(room.mark(work, "40", feedback=made.word(), finished=True))
    note = {"assignment_id": work, "enrolment_id": enrolment, "text": made.word()}
    _ok(room.ama.do("AddMarkNote", room.new(), note))
    submission = room.rows(
        "SELECT id FROM submission WHERE organisation_id = :o AND person_id = :p", o=_o(made), p=made.person_id
    )
    comment = {"submission_id": submission[0][0], "text": made.word()}
    _ok(room.ama.do("AddWorkComment", room.new(), comment))
    _ok(room.release(work, 0)[0])
    regrade = {"assignment_id": work, "enrolment_id": enrolment, "reason": made.word()}
    _ok(made.person.do("AskRegrade", room.new(), regrade))
    assert late["enrolment_id"] == room.institute.enrolments[0]
    saved = {"text": made.word()}
    _ok(room.ama.do("AddMarkNote", room.new(), {**note, **saved}))
    assert mark_id(work, enrolment)


def _o(made: Planted) -> str:
    return made.room.institute.organisation_id


def _around(made: Planted) -> None:
    """Five: notices, a letter, a device, what was put aside, and the number in another system."""
    institute, me = made.room.institute, made.person_id
    new, o = institute.parts.new_id, institute.organisation_id

    def write(db: Any) -> None:
        batch = institute.parts.door.batch(db, institute.devices["system"].actor, Origin(""))
        title, body = made.word(), made.word()
        notify(batch, [NewNotice(me, (new(),), title, body, NoticeCategory.SYSTEM)])
        feeds.write(batch, [])
        db.run(
            "INSERT INTO quarantine (organisation_id, id, reason, person_id, content, received_at) VALUES"
            " (:o, :id, 'test', :p, :content, '2026-11-20T08:00:00.000Z')",
            o=o, id=new(), p=me, content=made.word(),
        )  # fmt: skip
        db.run(
            "INSERT INTO external_id (organisation_id, source, kind, external_id, entity_id) VALUES"
            " (:o, 'roster', 'person', :external, :p)",
            o=o, external=made.word(), p=me,
        )  # fmt: skip
        db.run(
            "INSERT INTO device (organisation_id, id, name, person_id, public_key, install_epoch, escrow_secret, state,"
            " registered_at) VALUES (:o, :id, :name, :p, '', 1, '', 'active', '2026-11-20T08:00:00.000Z')",
            o=o, id=new(), name=made.word(), p=me,
        )  # fmt: skip

    institute.parts.database.write(write)
