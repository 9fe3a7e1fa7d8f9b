"""The files of a hand-in as the preview takes them: from the files kept on this computer, and written answers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from functools import partial
from typing import Any

from desktop.core.desk import Desk
from desktop.core.file_store import FileStore
from desktop.core.film_copies import read_here
from desktop.grading.preview_pane import WorkFile
from desktop.grading.work_store import aside_words
from shared.core.file_names import ending_of
from shared.core.text import text
from shared.grading.vocabulary import FileState

Body = Mapping[str, Any]


def read_kept(files: FileStore, sha256: str) -> bytes | None:
    """Return a kept file's content, None where it isn't on this computer; blocks, on any thread.

    Raises CampusError where it is there and can't be read.
    """
    if not files.exists(sha256):
        return None
    with closing(files.open(sha256)) as kept:
        return kept.read()


def _why_away(file: Body, *, neutral: bool) -> str:
    """Return why a file can't be fetched, as the server says; empty where it can. `neutral`: without its name."""
    if file.get("state") == FileState.QUARANTINED:
        words = text("The server put this file aside: it isn't what its name says, or it isn't safe to open.")
        return words if neutral else aside_words(file)
    if file.get("state") == FileState.WAITING:
        return text("The computer on which it was handed in hasn't sent it yet.")
    return ""


def neutral_name(file: Body, at: int) -> str:
    """Return a name that tells nobody's, with the ending that says what the file is."""
    ending = ending_of(str(file["name"]))
    return text("File {n}", n=at) + (f".{ending}" if ending else "")


def work_files(desk: Desk, submission: Body | None, *, neutral: bool = False) -> list[WorkFile]:
    """Return what was handed in: the files in their order, then a written answer; `neutral` without their names."""
    if submission is None:
        return []
    found = []
    for at, one in enumerate(submission.get("files") or (), 1):
        name = neutral_name(one, at) if neutral else one["name"]
        why = _why_away(one, neutral=neutral)
        found.append(WorkFile(one["sha256"], name, read=partial(read_here, desk.store, one["sha256"]), why=why))
    words = str(submission.get("text") or "")
    if words.strip():
        found.append(WorkFile("", text("Written answer.txt"), words.encode()))
    return found
