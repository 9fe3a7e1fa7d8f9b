"""Makes copies of films, one at a time over all servers: small ones, and ones that every program plays."""

import logging
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from server.core import film_copies as book
from server.core.area import Job, UnreadFilm
from server.core.context import Context
from server.core.database import Db
from server.core.file_rights import copy_name
from server.core.file_store import BLOCK, FileStore, make_private, server_disk_full, told_when_full
from server.core.file_stores import make_file_store
from server.core.film_copies import Task
from server.core.film_programs import Ended, FilmPrograms, Limits, film_programs, found, run_program
from server.core.film_recipes import (
    TOLD,
    Film,
    Reason,
    asked_of_ffmpeg,
    asked_of_probe,
    judged,
    most_bytes,
    read_film,
    reason_words,
    why_none,
)
from server.core.isolation import each_organisation
from server.core.settings import Settings
from server.core.upload_book import disk_free
from server.core.upload_writing import look_at
from shared.core.clock import instant_text
from shared.core.errors import CampusError

_log = logging.getLogger(__name__)
EVERY_SECONDS = 20.0
_PROBE_SECONDS = 60.0
_SPARE_BYTES = 20_000_000
"""What a copy may pass its limit by while its head is moved to its beginning."""
_STEP = 5
"""Percent between two notes of how far a copy is."""
_MOMENT = "out_time_us="


def missing_programs(settings: Settings) -> list[str]:
    """Return the programs for films that this server is to use and doesn't find; none where it makes no copies."""
    named = (settings.ffmpeg, settings.ffprobe) if settings.video_copies else ()
    return [Path(name).name for name in named if name and found(name) is None]


class InterruptedMakingError(Exception):
    """The server stops, or the copy is another run's by now."""


class FilmMaker:
    """Makes copies in `drafts` and puts them into the store beside their films."""

    def __init__(self, context: Context, programs: FilmPrograms, store: FileStore, drafts: Path) -> None:
        self._context, self._programs, self._store, self._drafts = context, programs, store, drafts

    def make(self, task: Task) -> str:
        """Make one that is in hand; returns how it came out: its reason, or empty where it is there.

        Raises InterruptedMakingError, CampusError `file_store_away`, `server_disk_full`; then it is made later.
        """
        if task.tries >= book.MOST_TRIES:
            return self._without(task, Reason.TOO_SLOW)
        name = secrets.token_hex(8)
        film, copy = self._drafts / f"{name}.film", self._drafts / f"{name}.copy"
        try:
            with suppress(FileNotFoundError):
                self._fetch(task, film)
                return self._packed(task, film, copy)
            return self._without(task, Reason.GONE)
        finally:
            film.unlink(missing_ok=True)
            copy.unlink(missing_ok=True)

    def _fetch(self, task: Task, film: Path) -> None:
        if disk_free(self._drafts) - 2 * task.size < self._context.settings.files_keep_free_bytes:
            raise server_disk_full()
        opened = self._store.open(task.organisation_id, task.sha256)
        with told_when_full(), opened as reading, film.open("xb") as writing:
            shutil.copyfileobj(reading, writing, BLOCK)

    def _packed(self, task: Task, film: Path, copy: Path) -> str:
        told = self._probed(task, film)
        why = why_none(self._context.settings, task.quality, told, task.size)
        if why is not None or told is None:
            return self._without(task, why or Reason.UNREAD, told)
        ended, made_seconds = self._run(task, told, film, copy)
        if ended is Ended.TOO_SLOW:
            return self._without(task, Reason.TOO_SLOW, told)
        if ended is Ended.FAILED or not copy.exists():
            if disk_free(self._drafts) < self._context.settings.files_keep_free_bytes:
                raise server_disk_full()
            return self._without(task, Reason.UNREAD, told)
        why = judged(told, task.size, copy.stat().st_size, made_seconds)
        return self._without(task, why, told) if why is not None else self._kept(task, copy, made_seconds)

    def _probed(self, task: Task, film: Path) -> Film | None:
        lines: list[str] = []
        asked = asked_of_probe(self._programs, task.kind, film)
        ended = run_program(asked, Limits(_PROBE_SECONDS), self._context.stopping.is_set, lines.append)
        if ended is Ended.STOPPED:
            raise InterruptedMakingError
        return read_film("".join(lines)) if ended is Ended.DONE else None

    def _run(self, task: Task, told: Film, film: Path, copy: Path) -> tuple[Ended, float]:
        settings = self._context.settings
        asked = asked_of_ffmpeg(self._programs, settings, task.quality, task.kind, film, copy)
        progress = _Progress(told.seconds, lambda percent: self._note(task, percent))
        limits = Limits(settings.video_minutes_for_one * 60.0, most_bytes(task.size) + _SPARE_BYTES)
        ended = run_program(asked, limits, lambda: self._context.stopping.is_set() or progress.lost, progress.hear)
        if ended is Ended.STOPPED:
            raise InterruptedMakingError
        return ended, progress.seconds

    def _note(self, task: Task, percent: int) -> bool:
        now = self._now()
        return self._context.database.write(lambda db: book.go_on(db, task, percent, now))

    def _kept(self, task: Task, copy: Path, seconds: float) -> str:
        sha256, sample = look_at(copy)
        name = copy_name(task.sha256, task.quality)
        # One that an earlier run put there, and died before it could say so, may be another.
        self._store.remove(task.organisation_id, name)
        self._store.put(task.organisation_id, name, copy)
        now = self._now()
        if not self._context.database.write(lambda db: book.end_with(db, task, sha256, sample.size, seconds, now)):
            # Its film went meanwhile, and what is made of it goes along.
            self._store.remove(task.organisation_id, name)
            raise InterruptedMakingError
        return ""

    def _without(self, task: Task, reason: Reason, told: Film | None = None) -> str:
        seconds, now = told.seconds if told is not None else 0.0, self._now()

        def work(db: Db) -> None:
            if book.end_without(db, task, reason, seconds, now) and reason in TOLD:
                unread = UnreadFilm(task.organisation_id, task.sha256, reason_words(reason))
                for tell in self._context.film_unread:
                    tell(self._context, db, unread)

        self._context.database.write(work)
        return str(reason)

    def _now(self) -> str:
        return instant_text(self._context.clock.now())


class _Progress:
    """Hears how far a program is; `lost` once a note of it found the copy in other hands."""

    def __init__(self, whole: float, note: Callable[[int], bool]) -> None:
        self._whole, self._note = whole, note
        self._noted = 0
        self.seconds = 0.0
        self.lost = False

    def hear(self, line: str) -> None:
        """Take a line of what the program says."""
        if not line.startswith(_MOMENT) or not line.removeprefix(_MOMENT).isdecimal():
            return
        self.seconds = int(line.removeprefix(_MOMENT)) / 1_000_000
        percent = min(99, int(self.seconds * 100 / self._whole)) if self._whole else 0
        if percent >= self._noted + _STEP:
            self._noted = percent
            self.lost = self.lost or not self._note(percent)


def make_film_copies(context: Context) -> int:
    """Make what is missing, a film of each institute in turn; returns how many copies were looked at."""
    settings = context.settings
    programs = film_programs(settings.ffmpeg, settings.ffprobe) if settings.video_copies else None
    if context.metrics is not None:
        context.metrics.film_programs(there=programs is not None)
    if programs is None:
        return 0
    drafts = settings.files_path / "films"
    make_private(drafts)
    for left in drafts.iterdir():
        left.unlink(missing_ok=True)  # nobody else is at work here: a run that died left it
    maker = FilmMaker(context, programs, make_file_store(settings), drafts)
    for organisation_id in each_organisation(context.database):
        now = instant_text(context.clock.now())
        context.database.write(partial(book.write_down, organisation_id=organisation_id, now=now))
    looked, held = 0, set[str]()
    while not context.stopping.is_set():
        before = looked
        for organisation_id in each_organisation(context.database):
            if organisation_id not in held and not context.stopping.is_set():
                done = _one(context, maker, organisation_id)
                looked += done
                held |= set() if done else {organisation_id}
        if looked == before:
            break
    return looked


def _one(context: Context, maker: FilmMaker, organisation_id: str) -> bool:
    """Make one copy; False where an institute has none left to make, or its turn has to come later."""
    with context.database.read() as db:
        waiting = book.next_task(db, organisation_id)
        full = book.room_used(db, organisation_id) >= context.settings.organisation_file_bytes
    if waiting is None or full:
        return False
    run_id, now = context.new_id(), instant_text(context.clock.now())
    if not context.database.write(lambda db: book.begin(db, waiting, run_id, now)):
        return False
    task = replace(waiting, run_id=run_id)
    try:
        why = maker.make(task)
    except (InterruptedMakingError, CampusError) as problem:
        context.database.write(lambda db: book.later(db, task, now))
        if isinstance(problem, CampusError):
            _log.warning("Copies of films wait: %s", problem.code)
        return False
    _log.info("A film's %s copy: %s", task.quality, why or "made")
    if context.metrics is not None:
        context.metrics.film_copy(str(task.quality), why or "made")
    return True


JOB = Job("film copies", EVERY_SECONDS, make_film_copies, slow=True)
