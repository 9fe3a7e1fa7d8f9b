"""Makes a student of an applicant, with a number, an enrolment and charges, and takes that back again."""

from collections.abc import Sequence

from server.admissions import fees
from server.core.batch import Batch, Item
from server.core.entities import Body
from server.finance.ground import Ledgers
from server.learning import enrolment_service
from server.learning.enrolment_service import ENROLMENT_KIND
from server.people.numbering_service import next_numbers
from server.people.person_kind import PERSON_KIND
from server.people.service import put_roles
from shared.admissions.commands import enrolment_id_of
from shared.learning.vocabulary import ATTENDING, EnrolmentState
from shared.people.vocabulary import Role

_ATTENDED = f"""
SELECT id FROM enrolment WHERE organisation_id = :organisation_id AND person_id = :person_id
AND state IN ({", ".join(repr(str(one)) for one in sorted(ATTENDING))})
"""  # noqa: S608 - our own words


def enrol(batch: Batch, item: Item, application: Body) -> Body:
    """Return an approved application with the enrolment that it made; the applicant is a student now."""
    _make_student(batch, item, application["person_id"])
    cohort_id = application["cohort_id"]
    wanted = {
        "id": enrolment_id_of(application["id"], cohort_id),
        "revision": item.command.id,
        "cohort_id": cohort_id,
        "person_id": application["person_id"],
        "state": str(EnrolmentState.ACTIVE),
        "enrolled_on": application["decided_at"][:10],
        "testing": False,
    }
    key = item.command.id
    made = enrolment_service.insert(batch, {key: item}, {key: wanted})[key]
    enrolled = {**application, "enrolment_id": made.details.get("existing_id") or wanted["id"]}
    _set_state(batch, item, enrolled["enrolment_id"], EnrolmentState.ACTIVE)
    # What was charged before an undone approval is charged again; the first time course and form say what it is.
    if not fees.charge_again(batch, item, enrolled):
        fees.charge_place(batch, item, enrolled)
    batch.access_changed = True
    return enrolled


def _make_student(batch: Batch, item: Item, person_id: str) -> None:
    """Give somebody the role and, where a rule says so, the next number; who has both stays as he or she is."""
    person = PERSON_KIND.read(batch, [person_id])[person_id]
    roles = list(person["roles"]) if Role.STUDENT in person["roles"] else [*person["roles"], str(Role.STUDENT)]
    number = person["number"] or next(iter(next_numbers(batch, 1)), None)
    after = {**person, "roles": roles, "number": number, "provisional": False}
    if after == person:
        return
    PERSON_KIND.update(batch, [{**after, "revision": item.command.id}])
    if roles != person["roles"]:
        put_roles(batch, [{"id": person_id, "roles": roles}])


def _set_state(batch: Batch, item: Item, enrolment_id: str, state: EnrolmentState) -> None:
    found = ENROLMENT_KIND.read(batch, [enrolment_id])
    moved = [
        {**one, "state": str(state), "revision": item.command.id} for one in found.values() if one["state"] != state
    ]
    ENROLMENT_KIND.update(batch, moved)
    batch.access_changed = batch.access_changed or bool(moved)


def leave(batch: Batch, item: Item, application: Body, charges: Sequence[Body], ledgers: Ledgers) -> None:
    """Take a place back: the enrolment is cancelled, and what was charged is reversed."""
    if application["enrolment_id"]:
        _set_state(batch, item, application["enrolment_id"], EnrolmentState.CANCELLED)
    fees.take_back(batch, item, ledgers, charges)
    _waits_again(batch, item, application["person_id"])


def _waits_again(batch: Batch, item: Item, person_id: str) -> None:
    """Let somebody be an applicant again who is in no other class; the number stays, so that it is nobody else's."""
    person = PERSON_KIND.read(batch, [person_id])[person_id]
    others = batch.db.rows(_ATTENDED, organisation_id=batch.organisation_id, person_id=person_id)
    if not others and not person["provisional"]:
        PERSON_KIND.update(batch, [{**person, "provisional": True, "revision": item.command.id}])
