"""The files of a hand-in as the preview takes them: from the files kept on this computer, and written answers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from functools import partial
from typing import Any

from desktop.core.desk import Desk
from desktop.core.file_store import FileStore
from desktop.grading.preview_pane import WorkFile
from shared.core.text import text

Body = Mapping[str, Any]


def read_kept(files: FileStore, sha256: str) -> bytes | None:
    """Return a kept file's content, None where it isn't on this computer; blocks, on any thread.

    Raises CampusError where it is there and can't be read.
    """
    if not files.exists(sha256):
        return None
    with closing(files.open(sha256)) as kept:
        return kept.read()


def work_files(desk: Desk, submission: Body | None) -> list[WorkFile]:
    """Return what was handed in: the files in their order, then a written answer."""
    if submission is None:
        return []
    kept = desk.store.kept_files
    found = [
        WorkFile(one["sha256"], one["name"], read=partial(read_kept, kept, one["sha256"]))
        for one in submission.get("files") or ()
    ]
    words = str(submission.get("text") or "")
    if words.strip():
        found.append(WorkFile("", text("Written answer.txt"), words.encode()))
    return found
