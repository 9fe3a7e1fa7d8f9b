"""Files of applications: who may read one, and where each stands once it was brought in."""

from typing import Any

import orjson

from server.admissions.kinds import APPLICATION_KIND
from server.core import feeds
from server.core.area import SettledFile
from server.core.context import Context
from server.core.database import Db
from server.core.entities import Body
from server.people.own_work import server_batch
from shared.admissions.permissions import may_see_admissions
from shared.core.actor import Actor

# The hash alone opens nothing: the applicant, or the member of staff who asks, must have brought the file in, or
# anyone could name another's.
_NAMED = """
SELECT 1 FROM application a WHERE a.organisation_id = :o AND a.answers LIKE :named AND EXISTS (SELECT 1 FROM upload u
WHERE u.organisation_id = :o AND u.sha256 = :sha256 AND u.state = 'stored' AND u.person_id IN (a.person_id, :reader))
"""
_OWN = f"{_NAMED} AND a.person_id = :reader LIMIT 1"
_ANY = f"{_NAMED} LIMIT 1"
_NAMING = "SELECT id FROM application WHERE organisation_id = :o AND answers LIKE :named ORDER BY id"


def may_read(db: Db, actor: Actor, sha256: str) -> bool:
    """Tell whether an application that an actor may see names the file with this hash."""
    places = {"o": actor.organisation_id, "sha256": sha256, "named": f'%"sha256":"{sha256}"%'}
    statement = _ANY if may_see_admissions(actor) else _OWN
    return db.one(statement, reader=actor.person_id, **places) is not None


def file_settled(context: Context, file: SettledFile) -> None:
    """Note in each application that names a file that it is stored, or was put aside.

    Where a file is is no content: an application keeps its revision, so that nobody's change meets another one by it.
    """

    def work(db: Db) -> None:
        batch = server_batch(context, db, file.organisation_id)
        named = f'%"sha256":"{file.sha256}"%'
        found = [row[0] for row in db.rows(_NAMING, o=file.organisation_id, named=named)]
        present = APPLICATION_KIND.read(batch, found) if found else {}
        changed = [after for body in present.values() if (after := _settled(body, file)) != body]
        if changed:
            APPLICATION_KIND.update(batch, changed)
            note = {"what": "file_settled", "sha256": file.sha256, "state": file.state}
            feeds.write(batch, [], orjson.dumps(note).decode())

    context.database.write(work)


def _settled(body: Body, file: SettledFile) -> Body:
    answers = {key: _standing(value, file) for key, value in body["answers"].items()}
    return {**body, "answers": answers}


def _standing(value: Any, file: SettledFile) -> Any:
    if not isinstance(value, dict) or value.get("sha256") != file.sha256 or value.get("state") == "stored":
        return value
    return {**value, "state": file.state, **({"why": file.sentence} if file.state != "stored" else {})}
