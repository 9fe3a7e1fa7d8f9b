"""The words of handed-in work, to compare the works of a class: text, code, DOCX, ODT and PDF; nothing is run."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice

from desktop.core.desk import Desk
from desktop.grading.marking_files import work_files
from desktop.grading.marking_store import Bench
from desktop.grading.preview_documents import read_document
from desktop.grading.preview_pane import WorkFile
from desktop.grading.preview_text import decoded
from shared.core.errors import CampusError
from shared.core.file_contents import Sample
from shared.core.file_types import TYPES, Group, check_file
from shared.grading.rules import Comparison, Pair, compare
from shared.grading.similarity_rules import USUAL_THRESHOLD

MOST_LETTERS = 200_000
_MOST_BYTES = 2_000_000
_MOST_PAGES = 500
_UNSEEN = re.compile(r"[^\S\n]+|[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
Step = Callable[[int, int], object]


@dataclass(frozen=True)
class Handed:
    """What one student handed in: the attempt's id, its files, and the group that it was made in."""

    enrolment_id: str
    submission_id: str
    files: tuple[WorkFile, ...]
    group_id: str = ""


@dataclass(frozen=True)
class WorkText:
    """The words of a student's work; `unread` names the files without any, `absent` those that aren't here."""

    enrolment_id: str
    submission_id: str
    words: str
    unread: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Likeness:
    """Two students' works: a `pair` of texts with shared passages, or None, and the `files` that are the same."""

    first: WorkText
    second: WorkText
    pair: Pair | None = None
    files: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Both enrolments."""
        return f"{self.first.enrolment_id} {self.second.enrolment_id}"

    def reaches(self, threshold: int) -> bool:
        """Tell whether enough of one work stands in the other, or a file is the same."""
        return bool(self.files) or (self.pair is not None and self.pair.most >= threshold)


@dataclass(frozen=True)
class Compared:
    """What comparing a class came to; the most alike first."""

    works: tuple[WorkText, ...]
    found: tuple[Likeness, ...]
    comparison: Comparison

    def flagged(self, threshold: int = USUAL_THRESHOLD) -> list[Likeness]:
        """Return those to look at."""
        return [one for one in self.found if one.reaches(threshold)]

    def of(self, enrolment_id: str, submission_id: str, threshold: int) -> list[Likeness]:
        """Return those that a student's attempt is part of."""
        mine = (enrolment_id, submission_id)
        return [
            one
            for one in self.flagged(threshold)
            if mine in {(side.enrolment_id, side.submission_id) for side in (one.first, one.second)}
        ]

    @property
    def absent(self) -> int:
        """How many files aren't on this computer."""
        return sum(len(one.absent) for one in self.works)

    @property
    def unread(self) -> int:
        """How many files have no words that can be read: pictures, recordings, scans."""
        return sum(len(one.unread) for one in self.works)


def handed_in(desk: Desk, bench: Bench) -> list[Handed]:
    """Return the attempts of a class that count."""
    return [
        Handed(
            line.id,
            str(line.submission["id"]),
            tuple(work_files(desk, line.submission, neutral=line.hidden)),
            str(line.submission.get("group_id") or ""),
        )
        for line in bench.lines
        if line.submission is not None
    ]


def given_files(desk: Desk, bench: Bench) -> list[WorkFile]:
    """Return what the class was given with the work."""
    return work_files(
        desk, {"files": bench.assignment.get("attachments") or (), "text": bench.assignment["instructions"]}
    )


def compare_class(works: Sequence[Handed], given: Sequence[WorkFile], step: Step) -> Compared:
    """Read and compare the works of a class; blocks, on any thread. `step` may raise to stop it."""
    total = len(works) * 3
    texts = []
    for at, one in enumerate(works):
        step(at, total)
        texts.append(_read(one))
    told = [words for file in given if (words := _words_of(file, [])) is not None]
    groups: dict[str, list[int]] = {}
    for at, one in enumerate(works):
        if one.group_id:
            groups.setdefault(one.group_id, []).append(at)
    together = [pair for places in groups.values() for pair in combinations(places, 2)]
    result = compare([one.words for one in texts], told, together, lambda done, _all: step(len(works) + done, total))
    same = _same_files(works, {file.key for file in given}, set(together))
    found = {(one.first, one.second): Likeness(texts[one.first], texts[one.second], one) for one in result.pairs}
    for places, names in same.items():
        pair = found[places].pair if places in found else None
        found[places] = Likeness(texts[places[0]], texts[places[1]], pair, names)
    ordered = sorted(found.values(), key=lambda one: -(one.pair.most if one.pair else 0) - 100 * bool(one.files))
    return Compared(tuple(texts), tuple(ordered), result)


def _same_files(
    works: Sequence[Handed], given: set[str], together: set[tuple[int, int]]
) -> dict[tuple[int, int], tuple[str, ...]]:
    """Return the names of the files that two students both handed in, for each pair."""
    holders: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    for at, one in enumerate(works):
        for file in one.files:
            if file.key and file.key not in given:
                holders.setdefault(file.key, []).append(at)
                names.setdefault(file.key, file.name)
    found: dict[tuple[int, int], tuple[str, ...]] = {}
    for key, places in holders.items():
        # Of many who have the same file, each stands beside the first of them: all pairs would be too many.
        for pair in combinations(places, 2) if len(places) <= 5 else ((places[0], one) for one in places[1:]):
            if pair not in together:
                found[pair] = (*found.get(pair, ()), names[key])
    return found


def _read(work: Handed) -> WorkText:
    parts: list[str] = []
    unread: list[str] = []
    absent: list[str] = []
    for file in work.files:
        words = _words_of(file, absent)
        if words is None:
            unread.append(file.name)
        else:
            parts.append(words)
    missing = tuple(one for one in unread if one not in absent)
    return WorkText(work.enrolment_id, work.submission_id, "\n\n".join(parts), missing, tuple(absent))


def _words_of(file: WorkFile, absent: list[str]) -> str | None:
    try:
        content = file.read() if file.read is not None else file.content
        if content is not None:
            return text_of(file.name, content)
    except CampusError:  # it is damaged on this disk, or isn't what it says it is
        return None
    absent.append(file.name)
    return None


def text_of(name: str, content: bytes) -> str | None:
    """Return the words of a file, None where it has none to read. Raises CampusError for what isn't taken."""
    word = check_file(name, Sample.of(content), largest=max(1, len(content)))
    if word in {"docx", "odt"}:
        found = read_document(content, word).as_plain()
    elif word == "pdf":
        found = _pdf_text(content)
    elif TYPES[word].group is Group.TEXT:
        found = decoded(content[:_MOST_BYTES])[0]
    else:
        return None
    plain = found.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n").replace("\u2028", "\n")
    return _UNSEEN.sub(" ", plain)[:MOST_LETTERS].strip() or None


def _pdf_text(content: bytes) -> str:
    from PySide6.QtPdf import QPdfDocument

    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document: Any = QPdfDocument(None)  # type: ignore[call-overload]  # Qt takes none, the stub doesn't say so
    try:
        document.load(buffer)
        parts: list[str] = []
        letters = 0
        for page in range(min(_MOST_PAGES, document.pageCount())):
            parts.append(document.getAllText(page).text())
            letters += len(parts[-1])
            if letters > MOST_LETTERS:
                break
    finally:
        document.close()
    return "\n".join(parts)
