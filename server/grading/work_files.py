"""Where the files of hand-ins are: each waits for its content until that is stored, or put aside."""

from collections.abc import Collection, Mapping
from typing import Any

import orjson

from server.core import feeds
from server.core.area import SettledFile
from server.core.batch import Batch
from server.core.context import Context
from server.core.database import Db
from server.core.entities import Body
from server.core.sql import SetSql
from server.grading.kinds import SUBMISSION_KIND
from server.people.own_work import server_batch
from shared.grading.vocabulary import FileState

# Uploads under way are locked, too: one that ends meanwhile is told of only after the hand-in that names it is there.
_UPLOADS = SetSql(
    "SELECT u.person_id, u.sha256, u.state, u.sentence FROM {ids} i {by} upload u"
    " ON u.sha256 = i.id AND u.organisation_id = :o WHERE true ORDER BY u.id {lock}",
    lock="u",
)
# What one of a group brought in is in the attempts of all of them.
_NAMING = """
SELECT id FROM submission WHERE organisation_id = :o AND person_id = :p AND files LIKE :named
UNION SELECT id FROM submission WHERE organisation_id = :o AND brought_by = :p AND files LIKE :named
UNION SELECT s.id FROM work_group_member m JOIN submission s
ON s.organisation_id = m.organisation_id AND s.group_id = m.group_id
WHERE m.organisation_id = :o AND m.person_id = :p AND s.files LIKE :named ORDER BY id
"""
_SETTLED = frozenset({FileState.STORED, FileState.QUARANTINED})
_WHERE = frozenset({"state", "why"})
"""What of a file the server alone says."""

States = Mapping[tuple[str, str], tuple[str, str]]
"""By person and hash: where a file is that was brought in whole, and why it was put aside (else empty)."""


def read_states(batch: Batch, hashes: Collection[str]) -> States:
    """Return where files with these hashes are."""
    if not hashes:
        return {}
    ids = orjson.dumps(sorted(set(hashes))).decode()
    rows = batch.db.rows(_UPLOADS, o=batch.organisation_id, ids=ids)
    # Brought in twice, once under a name that lied: the honest one counts.
    settled = sorted((str(row[2]), *map(str, row[:2]), str(row[3])) for row in rows if row[2] in _SETTLED)
    return {(person_id, sha256): (state, why) for state, person_id, sha256, why in settled}


def with_states(body: Body, states: States, people: Collection[str]) -> Body:
    """Return an attempt whose files say where they are, by any of `people`; whatever its device says of that."""
    files = [_standing(one, *_state(one["sha256"], states, people)) for one in body["files"]]
    return {**body, "files": files}


def _state(sha256: str, states: States, people: Collection[str]) -> tuple[str, str]:
    """A file that one of a group brought in is there for the others."""
    found = dict(states[one, sha256] for one in people if (one, sha256) in states)
    for state in (FileState.STORED, FileState.QUARANTINED):
        if state in found:
            return str(state), found[state]
    return str(FileState.WAITING), ""


def _standing(file: Body, state: str, why: str) -> Body:
    """Return a file with where it is; only one that was put aside says why."""
    told = {name: value for name, value in file.items() if name not in _WHERE}
    return {**told, "state": str(state), **({"why": why} if state == FileState.QUARANTINED and why else {})}


def bare(content: Any) -> Any:
    """Return files without where they are, by which two contents are compared; other values as they are."""
    if not isinstance(content, list):
        return content
    return [{name: value for name, value in one.items() if name not in _WHERE} for one in content]


def file_settled(context: Context, file: SettledFile) -> None:
    """Note in all attempts of whoever brought a file in that it is stored, or was put aside.

    Where a file is is no content: an attempt keeps its revision, so that nobody's change meets another one by it.
    """

    def work(db: Db) -> None:
        batch = server_batch(context, db, file.organisation_id)
        named = f'%"sha256":"{file.sha256}"%'
        found = [row[0] for row in db.rows(_NAMING, o=file.organisation_id, p=file.person_id, named=named)]
        present = SUBMISSION_KIND.read(batch, found) if found else {}
        after = {key: _settled(body, file) for key, body in present.items()}
        changed = [body for key, body in after.items() if body != present[key]]
        if changed:
            SUBMISSION_KIND.update(batch, changed)
            note = {"what": "file_settled", "sha256": file.sha256, "state": file.state}
            feeds.write(batch, [], orjson.dumps(note).decode())

    context.database.write(work)


def _settled(body: Body, file: SettledFile) -> Body:
    files = [
        _standing(one, file.state, file.sentence)
        if one["sha256"] == file.sha256 and one.get("state") != FileState.STORED
        else one
        for one in body["files"]
    ]
    return {**body, "files": files}
