"""Finishes erasures: files leave the store, old bytes the database's files, and a restored backup is emptied again."""

from datetime import timedelta

import orjson

from server.core.area import Job
from server.core.batch import Origin
from server.core.compacting import compact
from server.core.context import Context
from server.core.database import Db
from server.core.file_previews import preview_name
from server.core.file_stores import make_file_store
from server.core.film_copies import copy_names
from server.core.isolation import each_organisation
from server.core.personal_data import is_own, rows_of
from server.people.erased_list import ErasedLine, ErasedList
from server.people.organisations import system_actor
from shared.core.clock import instant_text
from shared.core.command import Command

EVERY_SECONDS = 24 * 60 * 60.0
_LATE = timedelta(days=120)
"""How long after an erasure laptops may still send what was saved before it; they keep commands for 90 days."""
_ALL = "SELECT id, person_id, label, done_at, counts FROM erasure WHERE organisation_id = :o ORDER BY done_at, id"
_UNFINISHED = "SELECT 1 FROM erasure WHERE organisation_id = :o AND counts NOT LIKE :finished LIMIT 1"
_FINISHED = '%"finished":true%'
_FINISH = "UPDATE erasure SET counts = :counts WHERE organisation_id = :o AND id = :id"
_THERE = "SELECT 1 FROM person WHERE organisation_id = :o AND id = :id"


def finish_erasures(context: Context) -> int:
    """Do what is left of all erasures; returns how many were finished, done again or taken from a backup."""
    kept = ErasedList(context.settings.data_dir)
    done = 0
    for organisation_id in each_organisation(context.database):
        done += _again_after_restore(context, kept, organisation_id)
        done += _late_words(context, organisation_id)
        done += _finish(context, kept, organisation_id)
    return done


def is_waiting(context: Context) -> bool:
    """Tell whether an erasure isn't finished yet, or a restored backup brought someone back."""
    kept = ErasedList(context.settings.data_dir)
    for organisation_id in each_organisation(context.database):
        with context.database.read() as db:
            if db.one(_UNFINISHED, o=organisation_id, finished=_FINISHED) is not None:
                return True
        if _brought_back(context, kept, organisation_id):
            return True
    return False


def _finish(context: Context, kept: ErasedList, organisation_id: str) -> int:
    with context.database.read() as db:
        rows = db.rows(_ALL, o=organisation_id)
    kept.add([ErasedLine(organisation_id, str(row[1]), str(row[2]), str(row[3])) for row in rows])
    open_ones = [(str(row[0]), orjson.loads(row[4])) for row in rows if not orjson.loads(row[4]).get("finished")]
    if not open_ones:
        return 0
    store = make_file_store(context.settings)
    for _, counts in open_ones:
        for sha256 in counts["files"]:
            for name in (sha256, preview_name(sha256), *copy_names(sha256)):
                store.remove(organisation_id, name)
    if not compact(context.database):
        return 0

    def write(db: Db) -> None:
        for erasure_id, counts in open_ones:
            told = {"rows": counts["rows"], "files": [], "removed_files": len(counts["files"]), "finished": True}
            db.run(_FINISH, o=organisation_id, id=erasure_id, counts=orjson.dumps(told).decode())

    context.database.write(write)
    return len(open_ones)


def _again_after_restore(context: Context, kept: ErasedList, organisation_id: str) -> int:
    """Anonymise those anew whom the list names and a restored database doesn't know as anonymised."""
    back = _brought_back(context, kept, organisation_id)
    for one in back:
        _erase(context, organisation_id, one.person_id, f"Anonymised on {one.at[:10]}, before this backup was restored")
    return len(back)


def _brought_back(context: Context, kept: ErasedList, organisation_id: str) -> list[ErasedLine]:
    listed = [one for one in kept.lines() if one.organisation_id == organisation_id]
    if not listed:
        return []
    with context.database.read() as db:
        known = {row[1] for row in db.rows(_ALL, o=organisation_id)}
        return [
            one
            for one in listed
            if one.person_id not in known and db.one(_THERE, o=organisation_id, id=one.person_id) is not None
        ]


def _late_words(context: Context, organisation_id: str) -> int:
    """Empty what laptops sent since of those who were anonymised lately."""
    since = instant_text(context.clock.now() - _LATE)
    with context.database.read() as db:
        people = [str(row[1]) for row in db.rows(_ALL, o=organisation_id) if row[3] >= since]
        late = [one for one in people if _has_words(db, context, organisation_id, one)]
    for person_id in late:
        _erase(context, organisation_id, person_id, "Sent by a laptop after the person was anonymised")
    return len(late)


def _has_words(db: Db, context: Context, organisation_id: str, person_id: str) -> bool:
    found = rows_of(db, organisation_id, context.personal, person_id)
    told = any(row["detail"] is not None and row["type"] != "ErasePerson" for row in found.rows.get("command_log", ()))
    return told or any(
        is_own(table, row, person_id, found)
        for table in context.personal
        if table.gone
        for row in found.rows.get(table.table, ())
    )


def _erase(context: Context, organisation_id: str, person_id: str, reason: str) -> None:
    actor = system_actor(organisation_id, context.new_id())
    command = Command(
        id=context.new_id(),
        device_id=context.new_id(),
        install_epoch=1,
        device_seq=1,
        type="ErasePerson",
        type_version=1,
        target_id=person_id,
        payload={"reason": reason},
        observed_at=instant_text(context.clock.now()),
    )
    context.door.accept(actor, Origin(""), [command], note="erasure again")


JOB = Job("erasures", EVERY_SECONDS, finish_erasures, is_waiting)
