"""Marked work as one PDF: the mark with its rubric and feedback, then each file with its comments."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from desktop.grading.annotated_pages import add_commented
from desktop.grading.annotated_pictures import drawn_pages
from desktop.grading.explain import Line
from desktop.grading.paper_flow import Flow
from desktop.grading.preview_pane import WorkFile
from desktop.grading.preview_pins import Pin, numbered, time_words
from desktop.people.table_paper import Letterhead
from shared.core.errors import CampusError
from shared.core.file_types import type_of_name
from shared.core.text import plural, text

Step = Callable[[int, int], object]


@dataclass(frozen=True)
class MarkedFile:
    """A file of the hand-in with the comments on it."""

    file: WorkFile
    pins: tuple[Pin, ...] = ()


@dataclass(frozen=True)
class MarkedWork:
    """What one student's marked work says: its title, whose, how the mark came about, levels and feedback."""

    title: str
    about: str
    mark: tuple[Line, ...]
    levels: tuple[Line, ...]
    feedback: str
    files: tuple[MarkedFile, ...]


def annotated_pdf(work: MarkedWork, head: Letterhead, step: Step = lambda _done, _all: None) -> bytes:
    """Return the whole as one PDF; blocks, on any thread. A file that can't be shown has its comments all the same."""
    from pypdf import PdfReader, PdfWriter

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it thinks of students' files is no one's concern
    writer: Any = PdfWriter()

    def append(flow: Flow) -> None:
        for page in PdfReader(BytesIO(flow.pdf())).pages:
            writer.add_page(page)

    append(_mark_pages(work, head))
    for at, one in enumerate(work.files):
        step(at, len(work.files))
        pins = numbered(one.pins)
        words = _add_file(writer, one.file, pins)
        if pins or words:
            append(_comment_pages(work, head, one.file.name, pins, words))
    writer.add_metadata({"/Title": f"{work.title} {work.about}", "/Author": head.institute, "/Producer": "Campusdesk"})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _add_file(writer: Any, file: WorkFile, pins: Sequence[Pin]) -> str:
    """Add the pages of a file, and return what has to be said of it; empty where all of it is there."""
    try:
        content = file.read() if file.read is not None else file.content
        if content is None:
            return file.why or text("This file wasn't on the computer where this was made.")
        taken, every = _add_pages(writer, file.name, content, pins)
    except CampusError as problem:
        return problem.message
    if taken < every:
        return plural("Of {every} pages 1 is shown.", "Of {every} pages {n} are shown.", taken, every=every)
    return ""


def _add_pages(writer: Any, name: str, content: bytes, pins: Sequence[Pin]) -> tuple[int, int]:
    from pypdf import PdfReader

    if type_of_name(name) == "pdf":
        return add_commented(writer, content, pins)
    drawn, taken, every = drawn_pages(name, content, pins)
    for page in PdfReader(BytesIO(drawn)).pages:
        writer.add_page(page)
    return taken, every


def _mark_pages(work: MarkedWork, head: Letterhead) -> Flow:
    flow = Flow(head, work.title, work.about)
    flow.heading(text("Mark"))
    for line in work.mark:
        flow.row(line.what, line.figure, line.note)
    if work.levels:
        flow.heading(text("Rubric"))
        for line in work.levels:
            flow.row(line.what, line.figure, line.note)
    if work.feedback:
        flow.heading(text("Feedback"))
        flow.paragraph(work.feedback)
    if work.files:
        flow.heading(text("Files"))
        for one in work.files:
            count = len(one.pins)
            comments = plural("1 comment", "{n} comments", count) if count else ""
            flow.row(one.file.name, comments)
    return flow


def _comment_pages(work: MarkedWork, head: Letterhead, name: str, pins: Sequence[Pin], words: str) -> Flow:
    flow = Flow(head, text("Comments on {name}", name=name), work.title)
    if words:
        flow.paragraph(words, small=True)
        flow.gap()
    for pin in pins:
        flow.numbered(pin.number, pin.words, " · ".join(part for part in (_where(pin), pin.author) if part))
    return flow


def _where(pin: Pin) -> str:
    if pin.place is not None:
        return text("Page {n}", n=pin.place.page + 1)
    return text("At {time}", time=time_words(pin.time_ms)) if pin.time_ms is not None else text("On the whole file")
