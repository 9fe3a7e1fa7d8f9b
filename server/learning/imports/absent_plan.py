"""Works out who is gone because a complete roster doesn't name them; what had an error in the file stays as it is."""

from collections.abc import Iterable

from server.core.entities import Body
from server.learning.imports.catalogue_plan import CataloguePlan
from server.learning.imports.changes import Change, ChangeType, person_label
from server.learning.imports.enrolments_plan import EnrolmentsPlan
from server.learning.imports.plan import Plan, packed_id
from server.learning.roster.plan_input import RosterPlanInput
from server.learning.roster.records import RosterKind
from shared.learning.vocabulary import COHORT, COURSE, ENROLMENT
from shared.people.permissions import may_change_person
from shared.people.vocabulary import PERSON, Role

SPOOL = "absent"
# The office is never deactivated by a roster, whatever it leaves out.
_ROSTERED = frozenset({Role.STUDENT, Role.INSTRUCTOR})


class AbsentPlan:
    """Plans what absence means. Only a file that lists all of a kind, read to its end, says that anybody is gone."""

    def __init__(self, plan: Plan, catalogue: CataloguePlan, enrolments: EnrolmentsPlan, *, linking: bool) -> None:
        self._plan = plan
        self._catalogue = catalogue
        self._enrolments = enrolments
        self._linking = linking
        self._only_linked = False

    def absent(self, roster: RosterPlanInput) -> None:
        """Plan everything that is absent from `roster`, whose kinds have all been read."""
        if self._plan.options.deactivates is False:
            return
        self._keep_refused(roster)
        if roster.lists_all(RosterKind.PEOPLE) and self._plan.options.one_cohort is None:
            self._people()
        for kind, name in ((RosterKind.COHORTS, COHORT), (RosterKind.COURSES, COURSE)):
            if roster.lists_all(kind):
                self._catalogue.archive_absent(name, roster.refused(kind))
        if roster.lists_all(RosterKind.ENROLMENTS):
            self._places(roster.refused(RosterKind.ENROLMENTS))

    def _keep_refused(self, roster: RosterPlanInput) -> None:
        """Find who the refused rows are about; where one can't be told, only those named by another id may be gone."""
        refused = roster.refused(RosterKind.PEOPLE)
        plan = self._plan
        if self._linking:
            found = plan.lookups.external(PERSON, refused)
            plan.refused_people |= {packed_id(one) for one in found.values()}
            self._only_linked = len(found) < len(refused)
            return
        folded = [ref.casefold() for ref in refused]
        holders = [body for name in ("number", "username", "email") for body in plan.lookups.people_by(name, folded)]
        plan.refused_people |= {packed_id(body["id"]) for body in holders}

    def _people(self) -> None:
        plan = self._plan
        for page in plan.lookups.active_people():
            gone = [body for body in page if self._may_be_gone(body)]
            for body in self._told_apart(PERSON, gone, only_linked=self._only_linked):
                fields = {"state": ["active", "inactive"]}
                label = person_label(body)
                plan.put(SPOOL, Change(PERSON, body["id"], ChangeType.DEACTIVATED, label, fields, body["revision"]))
                plan.tally.absent += 1

    def _may_be_gone(self, body: Body) -> bool:
        plan, packed = self._plan, packed_id(body["id"])
        if packed in plan.seen_people or packed in plan.refused_people or body["provisional"]:
            return False
        roles = frozenset(body["roles"])
        listed = _ROSTERED if plan.options.lists_role is None else _ROSTERED & {plan.options.lists_role}
        if body["id"] == plan.actor.person_id or not roles <= listed:
            return False
        return may_change_person(plan.actor, roles, plan.grants)

    def _places(self, refused: set[str]) -> None:
        """End the places in this roster's cohorts that it doesn't name; a walk-in waits for the office."""
        found = self._plan.lookups.external(ENROLMENT, refused) if refused and self._linking else {}
        kept = set(found.values())
        only_linked = self._only_linked or len(found) < len(refused)
        for page in self._plan.lookups.attended():
            gone = [body for body in page if body["id"] not in kept and self._is_unnamed(body)]
            for body in self._told_apart(ENROLMENT, gone, only_linked=only_linked):
                names = self._plan.names
                person = names.get(body["person_id"], body["person_id"])
                label = f"{person}, {names.get(body['cohort_id'], body['cohort_id'])}"[:200]
                self._enrolments.end(body, label)
                self._plan.tally.absent += 1

    def _is_unnamed(self, body: Body) -> bool:
        cohort_id, person = body["cohort_id"], packed_id(body["person_id"])
        one = self._plan.options.one_cohort
        ours = cohort_id == one if one else self._catalogue.is_rostered(cohort_id)
        unnamed = packed_id(cohort_id) + person not in self._enrolments.seen
        return ours and unnamed and person not in self._plan.refused_people

    def _told_apart(self, kind: str, bodies: list[Body], *, only_linked: bool) -> Iterable[Body]:
        if not only_linked or not bodies:
            return bodies
        linked = self._plan.lookups.with_external(kind, (body["id"] for body in bodies))
        return [body for body in bodies if body["id"] in linked]
