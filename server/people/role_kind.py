"""Roles as synced rows, and what a batch knows of them: each role's permissions, flattened when it was saved."""

from collections.abc import Iterable, Mapping

from server.core.batch import Batch
from server.core.database import Db
from server.core.entities import Body, EntityKind
from server.people.tables import ROLE
from shared.people import vocabulary
from shared.people.permissions import Grants
from shared.people.role_commands import new_role
from shared.people.role_rules import grants_of, role_id
from shared.people.vocabulary import BUILT_IN_ROLES, ORGANISATION, Role

_BOOK = "roles"


class _RoleKind(EntityKind):
    """Everybody sees the roles: their names stand beside people, and their words explain what is disabled."""

    def publish(self, batch: Batch, body: Body) -> None:
        batch.changed(self.kind, body, f"{ORGANISATION}:{batch.organisation_id}")


ROLE_KIND = _RoleKind(
    kind=vocabulary.ROLE,
    table=ROLE,
    body_columns=("key", "name", "own", "permissions", "inherits", "built_in", "needs_factor", "retired"),
    scopes=lambda _body: ("all", None),
    title=lambda body: str(body["name"]),
    json_columns=frozenset({"own", "permissions", "inherits"}),
)
_ALL = f"SELECT {ROLE_KIND.selected()} FROM role t WHERE t.organisation_id = :o ORDER BY t.key"  # noqa: S608 - our own column names
# Not FOR UPDATE: whoever adds a person looks at a role's key only, and needn't wait.
_LOCKED = {"sqlite": _ALL, "postgresql": f"{_ALL} FOR NO KEY UPDATE"}
_NAMES: dict[str, str] = {
    Role.PLATFORM_ADMINISTRATOR: "Platform administrator",
    Role.ADMINISTRATOR: "Administrator",
    Role.REGISTRAR: "Registrar",
    Role.BURSAR: "Bursar",
    Role.CASHIER: "Cashier",
    Role.INSTRUCTOR: "Instructor",
    Role.ATTENDANCE_OFFICER: "Attendance officer",
    Role.AUDITOR: "Auditor",
    Role.STUDENT: "Student",
}


def read_roles(db: Db, organisation_id: str, *, locked: bool = False) -> dict[str, Body]:
    """Return the rows of all roles by key; locked, they are nobody else's to change until the transaction ends."""
    statement = _LOCKED[db.dialect] if locked else _ALL
    bodies = map(ROLE_KIND.body_of, db.rows(statement, o=organisation_id))
    return {body["key"]: body for body in bodies}


def grants_in(db: Db, organisation_id: str) -> Grants:
    """Return what each role of an organisation allows, by key."""
    return grants_of(read_roles(db, organisation_id).values())


def grants(batch: Batch) -> Grants:
    """Return what each role allows, by key, read once in a batch that changes none."""
    known: Grants | None = batch.memory.get(_BOOK)
    if known is None:
        known = batch.memory[_BOOK] = grants_in(batch.db, batch.organisation_id)
    return known


def forget_grants(batch: Batch) -> None:
    """Let the next question read the roles again."""
    batch.memory.pop(_BOOK, None)


def built_in_rows(organisation_id: str, revision: str, known: Mapping[str, Body]) -> Iterable[Body]:
    """Return the built-in roles as this program has them, with the names and the factors that are `known`."""
    for key, words in BUILT_IN_ROLES.items():
        kept = known.get(key, {})
        yield {
            **new_role(str(key), role_id(organisation_id, key)),
            "revision": revision,
            "name": kept.get("name") or _NAMES[key],
            "own": sorted(map(str, words)),
            "permissions": sorted(map(str, words)),
            "built_in": True,
            "needs_factor": bool(kept.get("needs_factor")),
        }
