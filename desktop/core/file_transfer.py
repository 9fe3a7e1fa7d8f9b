"""Files to and from the server: asked for here, moved piece by piece in the background, remembered through any crash.

What is asked for is on disk when the call returns. `run_once` moves one piece, so that syncing gets its turn between
two; `FileRunner` calls it for as long as something waits.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.core.api_client import API, ApiClient
from desktop.core.api_errors import ApiError
from desktop.core.file_download import Downloader, Fetched
from desktop.core.file_queue import REFUSED, WAITING, Direction, FileQueue, Sent, Transfer
from desktop.core.file_store import FileStore, sample_of, unreadable
from desktop.core.file_upload import Uploader
from desktop.core.local_store import LocalStore
from desktop.core.transport import Cancel, Progress
from shared.core.clock import Clock, instant_text
from shared.core.errors import CampusError
from shared.core.file_contents import Sample
from shared.core.file_limits import FileLimit, FilePurpose, limits_with
from shared.core.file_names import safe_name
from shared.core.file_types import MOST_BYTES, check_file


@dataclass(frozen=True)
class Chosen:
    """A file that someone took from this computer's disk: what commands name it by."""

    sha256: str
    name: str
    bytes: int
    type: str
    purpose: FilePurpose = FilePurpose.HAND_IN


@dataclass(frozen=True)
class Wanted:
    """A file to be fetched: its hash, its size in bytes as the row that names it says, and what it is called."""

    sha256: str
    bytes: int
    name: str


@dataclass(frozen=True)
class Moved:
    """What listeners hear: how far one file is. `ended` with an empty `sentence` means that it has arrived."""

    sha256: str
    direction: Direction
    done: int
    size: int
    ended: bool = False
    sentence: str = ""


Listener = Callable[[Moved], None]


_LIMITS = "limits of files"


class FileTransfer:
    """Sends and fetches files for one person. Safe on any thread; one piece is in flight at any time.

    `wake` is called when something new waits, so that it begins at once.
    """

    def __init__(self, store: LocalStore, client: ApiClient, clock: Clock, files: FileStore | None = None) -> None:
        self._clock = clock
        self.files = files or store.kept_files
        self.queue = FileQueue(store)
        self._facts, self._client = store, client
        self._asked_limits = False
        self._up = Uploader(client, self.files, self.queue, clock)
        self._down = Downloader(client, self.files, self.queue, clock)
        self._in_flight = threading.Lock()
        self._moving: tuple[str, Cancel] | None = None
        self._listeners: list[Listener] = []
        self.wake: Callable[[], None] = lambda: None
        self.files.tidy()

    # ------------------------------------------------------------------------------------------------------ limits

    @property
    def limits(self) -> dict[FilePurpose, FileLimit]:
        """How large files may be, by what they are for, as the server last told; offline what the program knows."""
        return limits_with(self._facts.recall(_LIMITS, {}))

    def learn_limits(self) -> None:
        """Ask the server how large files may be. Raises ApiError."""
        told = self._client.get(f"{API}/uploads/limits")["data"]["limits"]
        self._facts.remember(_LIMITS, {name: int(one["largest"]) for name, one in told.items()})

    # ------------------------------------------------------------------------------------------------------ asking

    def choose(
        self,
        source: Path,
        allowed: Collection[str] = (),
        largest: int | None = None,
        on_progress: Progress | None = None,
        cancel: Cancel | None = None,
        purpose: FilePurpose = FilePurpose.HAND_IN,
    ) -> Chosen:
        """Check a file and keep a copy of it, offline too; sending begins with `send`.

        Without `largest` the server's limit for the `purpose` holds, as it was last told.
        Raises what `check_file` and `FileStore.put` do.
        """
        largest = self.limits[purpose].largest if largest is None else largest
        try:
            with source.open("rb") as file:
                size = file.seek(0, 2)
                word = check_file(source.name, sample_of(file, size), allowed, largest)
        except OSError as problem:
            raise unreadable(source) from problem
        sha256 = self.files.put(source, on_progress, cancel)
        # It may have been changed between: what is kept counts.
        sample = self.files.sample(sha256)
        word = check_file(source.name, sample, allowed, largest)
        return Chosen(sha256, safe_name(source.name), sample.size, word, purpose)

    def choose_content(
        self, name: str, content: bytes, allowed: Collection[str] = (), largest: int = MOST_BYTES
    ) -> Chosen:
        """Check what was made here, such as a recording, and keep it as a file; sending begins with `send`.

        Raises what `check_file` and `FileStore.put_content` do.
        """
        word = check_file(name, Sample.of(content), allowed, largest)
        return Chosen(self.files.put_content(content), safe_name(name), len(content), word)

    def send(self, chosen: Sequence[Chosen]) -> None:
        """Send kept files to the server, now or once there is a network; remembered when this returns."""
        now = instant_text(self._clock.now())
        for one in chosen:
            known = self.queue.get("up", one.sha256)
            if known is None or known.state == REFUSED:
                self.queue.put(Transfer(one.sha256, "up", one.name, one.bytes, now, purpose=one.purpose))
        self.wake()

    def fetch(self, wanted: Sequence[Wanted]) -> int:
        """Fetch files that aren't here yet; returns how many bytes are to come. Raises CampusError `disk_full`."""
        missing = {one.sha256: one for one in wanted if not self.files.exists(one.sha256)}
        to_come = sum(max(0, one.bytes - self.files.part_bytes(one.sha256)) for one in missing.values())
        if missing:
            self.files.check_room(to_come)
        now = instant_text(self._clock.now())
        asked = {one.sha256 for one in self.queue.all() if one.direction == "down" and one.state == WAITING}
        fresh = [one for sha256, one in missing.items() if sha256 not in asked]
        self.queue.put_all([Transfer(one.sha256, "down", safe_name(one.name), one.bytes, now) for one in fresh])
        self.wake()
        return to_come

    def call_off(self, direction: Direction, hashes: Collection[str]) -> None:
        """Stop sending or fetching files; what has come of those fetched is deleted, what is kept whole stays."""
        for sha256 in hashes:
            transfer = self.queue.get(direction, sha256)
            if transfer is None:
                continue
            self.queue.remove(transfer)
            moving = self._moving
            if moving is not None and moving[0] == transfer.key:
                moving[1]()
            with self._in_flight:
                if direction == "down":
                    self._down.let_go()
                    self.files.drop_part(sha256)
                else:
                    self._up.give_up(transfer)

    def retry(self, direction: Direction, sha256: str) -> None:
        """Let a refused file be tried again, as after the office has made room."""
        transfer = self.queue.get(direction, sha256)
        if transfer is not None:
            self.queue.change(transfer, state=WAITING, tries=0, code="", sentence="")
            self.wake()

    def dismiss(self, direction: Direction, sha256: str) -> None:
        """Take a refused file off the list."""
        transfer = self.queue.get(direction, sha256)
        if transfer is not None and transfer.state == REFUSED:
            self.queue.remove(transfer)

    # ------------------------------------------------------------------------------------------------------ telling

    def waiting(self) -> list[Transfer]:
        """Return the files on their way and those that were refused, for the sync page."""
        return self.queue.all()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each piece that moved, on the thread that moves; returns what ends that."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def _tell(self, transfer: Transfer, done: int, *, ended: bool = False) -> None:
        moved = Moved(transfer.sha256, transfer.direction, done, transfer.size, ended, transfer.sentence)
        for listener in list(self._listeners):
            listener(moved)

    # ------------------------------------------------------------------------------------------------------ moving

    def run_once(self) -> bool:
        """Move one piece of the first file that waits; True where more waits after it.

        Raises ApiError while the network or the server stands in the way, CampusError `disk_full`; nothing is lost.
        """
        with self._in_flight:
            waiting = [one for one in self.queue.all() if one.state == WAITING]
            if not waiting:
                return False
            first = waiting[0]
            cancel = Cancel()
            self._moving = (first.key, cancel)
            try:
                moved = self._step(first, cancel)
            except CampusError as problem:
                if problem.code == "cancelled":
                    return True
                if not isinstance(problem, ApiError) and problem.code != "disk_full":
                    self._refuse(first, problem)
                    return True
                raise
            finally:
                self._moving = None
            if moved.ended and moved.transfer.state == WAITING:
                self.queue.remove(moved.transfer)
            self._tell(moved.transfer, moved.offset, ended=moved.ended)
            self._learn_once()
            return len(waiting) > 1 or not moved.ended

    def _learn_once(self) -> None:
        """Learn the limits once for each start of the program, now that the server can be reached."""
        if not self._asked_limits:
            self._asked_limits = True
            with suppress(CampusError):
                self.learn_limits()

    def _step(self, transfer: Transfer, cancel: Cancel) -> Sent | Fetched:
        def on_progress(done: int, _total: int | None) -> None:
            self._tell(transfer, done)

        mover = self._up if transfer.direction == "up" else self._down
        return mover.step(transfer, on_progress, cancel)

    def _refuse(self, transfer: Transfer, problem: CampusError) -> None:
        """What is wrong with this file alone must not hold up the others: it is damaged or gone here."""
        refused = self.queue.change(transfer, state=REFUSED, code=problem.code, sentence=problem.message)
        self._tell(refused, 0, ended=True)

    def close(self) -> None:
        """End the piece that is under way; it goes on after the next start."""
        moving = self._moving
        if moving is not None:
            moving[1]()
        with self._in_flight:
            self._down.let_go()
            self._up.let_go()
