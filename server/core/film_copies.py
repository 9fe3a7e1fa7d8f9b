"""The book of films' copies: what is to be made, what is being made and by which run, and what came of it."""

from dataclasses import dataclass

from server.core.database import Db
from server.core.file_rights import StoredFile, copy_name
from server.core.film_recipes import Reason
from shared.core.film_quality import COPIES, FilmQuality

WAITING, WORKING, MADE, NONE = "waiting", "working", "made", "none"
MOST_TRIES = 3
"""How often a film is begun: one that ends the server itself isn't tried for ever."""
KINDS = ("mp4", "mov", "webm", "avi")
_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)
_WRITE_DOWN = f"""
INSERT INTO film_copy (organisation_id, sha256, quality, state, reason, copy_sha256, bytes, seconds, progress, tries,
run_id, changed_at)
SELECT f.organisation_id, f.sha256, CAST(:quality AS text), 'waiting', '', '', 0, 0, 0, 0, '', CAST(:now AS text)
FROM stored_file f WHERE f.organisation_id = :o AND f.kind IN ({_KINDS}) AND NOT EXISTS (SELECT 1 FROM film_copy c
WHERE c.organisation_id = f.organisation_id AND c.sha256 = f.sha256 AND c.quality = CAST(:quality AS text))
ON CONFLICT DO NOTHING
"""
_NEXT = f"""
SELECT c.sha256, c.quality, c.run_id, c.tries, f.kind, f.bytes FROM film_copy c JOIN stored_file f
ON f.organisation_id = c.organisation_id AND f.sha256 = c.sha256
WHERE c.organisation_id = :o AND c.state IN ('waiting', 'working')
ORDER BY CASE c.quality WHEN '{COPIES[0]}' THEN 0 ELSE 1 END, f.stored_at, c.sha256 LIMIT 1
"""
# Whoever read another run there before has lost it to a later one.
_BEGIN = """
UPDATE film_copy SET state = 'working', run_id = :run, tries = tries + 1, progress = 0, changed_at = :now
WHERE organisation_id = :o AND sha256 = :sha256 AND quality = :quality AND run_id = :before
AND state IN ('waiting', 'working')
"""
_OWN = "organisation_id = :o AND sha256 = :sha256 AND quality = :quality AND run_id = :run AND state = 'working'"
_GO_ON = f"UPDATE film_copy SET progress = :progress, changed_at = :now WHERE {_OWN}"
_LATER = f"UPDATE film_copy SET state = 'waiting', tries = tries - 1, changed_at = :now WHERE {_OWN}"
_END = f"""
UPDATE film_copy SET state = :state, reason = :reason, copy_sha256 = :copy, bytes = :size, seconds = :seconds,
progress = 100, changed_at = :now WHERE {_OWN}
"""
_AGAIN = """
UPDATE film_copy SET state = 'waiting', copy_sha256 = '', bytes = 0, tries = 0, changed_at = :now
WHERE organisation_id = :o AND sha256 = :sha256 AND copy_sha256 = :copy AND state = 'made'
"""
_OF_FILM = """
SELECT quality, state, reason, copy_sha256, bytes, seconds, progress FROM film_copy
WHERE organisation_id = :o AND sha256 = :sha256 ORDER BY quality
"""
_USED = """
SELECT (SELECT coalesce(sum(bytes), 0) FROM stored_file WHERE organisation_id = :o)
+ (SELECT coalesce(sum(bytes), 0) FROM film_copy WHERE organisation_id = :o)
"""


def copy_names(sha256: str) -> list[str]:
    """Return what the copies of a film are called in the store, whether they are there or not."""
    return [copy_name(sha256, quality) for quality in COPIES]


@dataclass(frozen=True)
class Task:
    """A copy to make: of which film (hash, type word, bytes), and by which run, once that is told."""

    organisation_id: str
    sha256: str
    quality: FilmQuality
    run_id: str
    tries: int
    kind: str
    size: int

    @property
    def places(self) -> dict[str, str]:
        """What names its row in statements, with the run that has it in hand."""
        key = {"o": self.organisation_id, "sha256": self.sha256, "quality": str(self.quality)}
        return {**key, "run": self.run_id}


@dataclass(frozen=True)
class Copy:
    """How it is with one copy of a film; `sha256` and `bytes` are its own, `seconds` its length."""

    quality: FilmQuality
    state: str
    reason: str
    sha256: str
    bytes: int
    seconds: int
    progress: int


def write_down(db: Db, organisation_id: str, now: str) -> None:
    """Make rows for the films that have none."""
    for quality in COPIES:
        db.run(_WRITE_DOWN, o=organisation_id, quality=str(quality), now=now)


def next_task(db: Db, organisation_id: str) -> Task | None:
    """Return the copy to be made next; one that a run left behind is begun anew."""
    row = db.one(_NEXT, o=organisation_id)
    if row is None:
        return None
    return Task(organisation_id, str(row[0]), FilmQuality(row[1]), str(row[2]), int(row[3]), str(row[4]), int(row[5]))


def begin(db: Db, task: Task, run_id: str, now: str) -> bool:
    """Take a copy in hand; False where another run was quicker."""
    return bool(db.run(_BEGIN, **{**task.places, "run": run_id, "before": task.run_id, "now": now}))


def go_on(db: Db, task: Task, percent: int, now: str) -> bool:
    """Write down how far it is; False where it is another run's by now, or its film is gone."""
    return bool(db.run(_GO_ON, **task.places, progress=percent, now=now))


def later(db: Db, task: Task, now: str) -> None:
    """Let go of a copy that the server's own stop came between."""
    db.run(_LATER, **task.places, now=now)


def end_without(db: Db, task: Task, reason: Reason, seconds: float, now: str) -> bool:
    """Write down that there is no copy; False where it is another run's by now, or its film is gone."""
    told = {"state": NONE, "reason": str(reason), "copy": "", "size": 0, "seconds": round(seconds), "now": now}
    return bool(db.run(_END, **task.places, **told))


def end_with(db: Db, task: Task, copy_sha256: str, size: int, seconds: float, now: str) -> bool:
    """Write down a copy that is in the store; False as `end_without`."""
    told = {"state": MADE, "reason": "", "copy": copy_sha256, "size": size, "seconds": round(seconds), "now": now}
    return bool(db.run(_END, **task.places, **told))


def make_again(db: Db, copy: StoredFile, now: str) -> None:
    """Let a copy be made again that isn't in the store: backups hold films and not what is made of them."""
    db.run(_AGAIN, o=copy.organisation_id, copy=copy.sha256, sha256=copy.film, now=now)


def copies_of(db: Db, organisation_id: str, sha256: str) -> list[Copy]:
    """Return how it is with the copies of a film; none of what is no film, or wasn't looked at yet."""
    rows = db.rows(_OF_FILM, o=organisation_id, sha256=sha256)
    return [Copy(FilmQuality(row[0]), str(row[1]), str(row[2]), str(row[3]), *map(int, row[4:7])) for row in rows]


def room_used(db: Db, organisation_id: str) -> int:
    """Return how many bytes the files of an institute take, with the copies of its films."""
    row = db.one(_USED, o=organisation_id)
    return int(row[0]) if row else 0


def picked(db: Db, file: StoredFile, quality: FilmQuality) -> StoredFile:
    """Return the copy of a film in the quality that is asked for, or the film itself while there is none."""
    for one in copies_of(db, file.organisation_id, file.sha256) if quality in COPIES else ():
        if one.quality is quality and one.state == MADE:
            return copy_file(file.organisation_id, file.sha256, one)
    return file


def copy_file(organisation_id: str, sha256: str, copy: Copy) -> StoredFile:
    """Return a copy as a stored file."""
    return StoredFile(
        organisation_id, copy.sha256, "mp4", copy.bytes, NONE, film=sha256, kept_as=copy_name(sha256, copy.quality)
    )
