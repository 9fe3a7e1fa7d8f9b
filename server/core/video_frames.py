"""Takes a picture out of a film with ffmpeg, where the server has it; without it films have none."""

import logging
import secrets
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

from server.core.file_store import BLOCK, make_private
from server.core.film_programs import found
from server.core.film_recipes import MOST_MEMORY, MOST_PIXELS, READERS
from server.core.picture_shrinking import MOST_SIDE, shrunk

VIDEOS = frozenset(READERS)
_SECONDS = 20.0
_AT = ("1", "0")
"""Seconds into the film: a first frame is often black; a shorter film gives its first."""
_log = logging.getLogger(__name__)


class FrameReader(Protocol):
    """What takes a picture out of a film."""

    def frame(self, kind: str, file: BinaryIO) -> bytes | None:
        """Return a small JPEG of the film, None where nothing can be read."""


class Ffmpeg:
    """Runs the program on a copy in `drafts`, with one thread, little memory and a short time."""

    def __init__(self, program: str, drafts: Path, seconds: float = _SECONDS) -> None:
        self._program, self._drafts, self._seconds = program, drafts, seconds

    def frame(self, kind: str, file: BinaryIO) -> bytes | None:
        """Return a small JPEG of the film, None where the program makes nothing of it in its time."""
        make_private(self._drafts)
        copy = self._drafts / f"{secrets.token_hex(8)}.film"
        try:
            with copy.open("xb") as writing:
                shutil.copyfileobj(file, writing, BLOCK)
            for at in _AT:
                picture = self._run(READERS[kind], copy, at)
                if picture:
                    return shrunk("png", BytesIO(picture))
        finally:
            copy.unlink(missing_ok=True)
        return None

    def _run(self, reader: str, copy: Path, at: str) -> bytes:
        scaled = f"scale={MOST_SIDE}:{MOST_SIDE}:force_original_aspect_ratio=decrease"
        # fmt: off
        asked = [
            self._program, "-nostdin", "-hide_banner", "-v", "error", "-max_alloc", str(MOST_MEMORY),
            "-threads", "1", "-max_pixels", str(MOST_PIXELS), "-protocol_whitelist", "file", "-f", reader, "-ss", at,
            "-i", f"file:{copy}", "-map", "0:v:0", "-an", "-sn", "-dn", "-frames:v", "1", "-vf", scaled,
            "-threads", "1", "-c:v", "png", "-f", "image2pipe", "-protocol_whitelist", "pipe", "pipe:1",
        ]
        # fmt: on
        try:
            # No shell, and arguments of our own: the file's name in them is ours, too.
            done = subprocess.run(  # noqa: S603 - see above
                asked, capture_output=True, timeout=self._seconds, check=False, env={}
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            _log.info("A film has no picture: %s", type(problem).__name__)
            return b""
        return done.stdout if done.returncode == 0 else b""


def frame_reader(drafts: Path, name: str) -> FrameReader | None:
    """Return what reads films with the program that a setting names, or None where it isn't on this machine."""
    program = found(name)
    return Ffmpeg(program, drafts) if program else None
