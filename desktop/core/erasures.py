"""Drops from this computer what it keeps of people who were anonymised: answered commands, notes, index, old bytes."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.core import meta
from desktop.core.disk import Db
from desktop.core.schema import from_text, to_text
from shared.core.erasure import KIND, ids_in

_DONE = "erased"
PREVIEW = "preview "
"""Before the hash of a file: the name of the fact that says under which hash its small picture is kept here."""


FILM = "film "
"""Before the hash of a film: the name of the fact that says which smaller copy of it there is, by hash and bytes."""
LAST_ANSWER = "last answer "
"""Before a question: the name of the fact that keeps what the server answered to it last; it may name anybody."""


def open_ones(db: Db, *, answered: bool) -> list[dict[str, Any]]:
    """Return the erasures to be carried out here: new ones, and all of them after commands were answered.

    What was asked of someone before his or her erasure was known here is kept until the server has answered it.
    """
    rows = db.execute("SELECT revision, body FROM base WHERE kind = ? AND deleted = 0", (KIND,)).fetchall()
    if not rows:
        return []
    done = set(meta.read(db, _DONE, []))
    return [from_text(body) for revision, body in rows if answered or revision not in done]


def drop(db: Db, erasures: Sequence[Mapping[str, Any]]) -> None:
    """Drop answered commands that name the people or what was theirs, and what was noted about them."""
    ids = _ids(erasures)
    gone = [
        (position,)
        for position, command in db.execute(
            "SELECT position, command FROM outbox WHERE state = 'answered' AND overlaid = 0"
        ).fetchall()
        if ids & ids_in(command)
    ]
    db.executemany("DELETE FROM outbox_target WHERE position = ?", gone)
    db.executemany("DELETE FROM outbox WHERE position = ?", gone)
    names = [name for (name,) in db.execute("SELECT name FROM meta").fetchall()]
    noted = [(name,) for name in names if ids & ids_in(name) or name.startswith(LAST_ANSWER)]
    db.executemany("DELETE FROM meta WHERE name = ?", noted)
    # Entries that were removed stay in the index until its parts are written together.
    db.execute("INSERT INTO search (search) VALUES ('optimize')")


def made_of(db: Db, hashes: Sequence[str]) -> list[str]:
    """Return the hashes under which the small pictures of these files are kept, and their smaller copies."""
    pictures = [str(found) for sha256 in hashes if (found := meta.read(db, PREVIEW + sha256))]
    return pictures + [str(found[0]) for sha256 in hashes if (found := meta.read(db, FILM + sha256))]


def compact(db: Db) -> None:
    """Write the file anew without what was removed from it, and empty its log; outside of a transaction."""
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def finish(db: Db, erasures: Sequence[Mapping[str, Any]]) -> None:
    """Remember that these were carried out here, and forget what was made of files and where it is kept."""
    for sha256 in files_of(erasures):
        for about in (PREVIEW, FILM):
            meta.drop(db, about + sha256)
    done = set(meta.read(db, _DONE, [])) | {str(one["revision"]) for one in erasures}
    db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (_DONE, to_text(sorted(done))))


def files_of(erasures: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the hashes of files that may not stay here."""
    return sorted({str(sha256) for one in erasures for sha256 in one.get("files", ())})


def _ids(erasures: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(str(one) for erasure in erasures for one in (erasure["person_id"], *erasure.get("ids", ())))
