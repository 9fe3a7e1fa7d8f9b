"""Rosters on their way in: files under the data folder with names nobody can guess, gone after a day."""

import secrets
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import orjson

from server.learning.imports.lines import SUFFIX
from shared.core.actor import Actor
from shared.core.clock import Clock, instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.text import text

KEPT = timedelta(days=1)
BLOCK = 1 << 20
_SUFFIXES = frozenset({".zip", ".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"})
_ABOUT, _PLAN, _STEPS, _FILE = "about.json", "plan.json", "steps", "upload"


class Upload:
    """One roster that waits for its import; only people of the same organisation may see it."""

    def __init__(self, folder: Path, about: dict[str, Any]) -> None:
        self.id = folder.name
        self.file_name: str = about["file_name"]
        self.path = folder / (_FILE + about["suffix"])
        self.steps = folder / _STEPS
        self.lines = folder / (_STEPS + SUFFIX)
        self._plan = folder / _PLAN

    def keep_plan(self, plan: dict[str, Any]) -> None:
        """Remember the latest dry run."""
        draft = self._plan.with_suffix(".draft")
        draft.write_bytes(orjson.dumps(plan))
        draft.replace(self._plan)

    def plan(self) -> dict[str, Any] | None:
        """Return the latest dry run."""
        if not self._plan.exists():
            return None
        found: dict[str, Any] = orjson.loads(self._plan.read_bytes())
        return found


class Uploads:
    """The folder of waiting rosters. `largest` is how many bytes one may have."""

    def __init__(
        self, folder: Path, clock: Clock, largest: int, token: Callable[[], str] = lambda: secrets.token_hex(16)
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._largest = largest
        self._token = token

    def put(self, actor: Actor, file_name: str, content: IO[bytes]) -> Upload:
        """Copy an upload block by block. Raises CampusError `too_large`; nothing is kept then."""
        self.sweep()
        folder = self._folder / self._token()
        folder.mkdir(parents=True, mode=0o700)
        name = Path(file_name.replace("\\", "/")).name[:200] or "roster"
        suffix = Path(name).suffix.lower()
        about = {
            "organisation_id": actor.organisation_id,
            "made_at": instant_text(self._clock.now()),
            "file_name": name,
            "suffix": suffix if suffix in _SUFFIXES else "",
        }
        try:
            self._copy(content, folder / (_FILE + str(about["suffix"])))
            (folder / _ABOUT).write_bytes(orjson.dumps(about))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return Upload(folder, about)

    def _copy(self, content: IO[bytes], target: Path) -> None:
        left = self._largest
        with target.open("wb") as stored:
            while block := content.read(BLOCK):
                left -= len(block)
                if left < 0:
                    size = self._largest // BLOCK
                    raise CampusError("too_large", text("The file is larger than {size} MiB. Split it.", size=size))
                stored.write(block)

    def get(self, actor: Actor, upload_id: str) -> Upload:
        """Return an upload of the actor's organisation. Raises CampusError `not_found`."""
        about = self._about(self._folder / upload_id) if upload_id.isalnum() else None
        if about is None or about["organisation_id"] != actor.organisation_id or self._is_old(about):
            raise CampusError("not_found", text("This file is no longer here. Choose it again."))
        return Upload(self._folder / upload_id, about)

    def drop(self, upload: Upload) -> None:
        """Delete an upload."""
        shutil.rmtree(upload.path.parent, ignore_errors=True)

    def sweep(self) -> None:
        """Delete what is older than a day."""
        if not self._folder.exists():
            return
        for folder in self._folder.iterdir():
            about = self._about(folder)
            if about is not None and self._is_old(about):
                shutil.rmtree(folder, ignore_errors=True)

    def _is_old(self, about: dict[str, Any]) -> bool:
        return self._clock.now() - parse_instant(about["made_at"]) > KEPT

    @staticmethod
    def _about(folder: Path) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = orjson.loads((folder / _ABOUT).read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return None
        return found
