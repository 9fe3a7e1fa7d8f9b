"""The package of someone's data as a paper: one part for each kind of entry, the newest last, in plain words."""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from server.people.export_content import Content
from shared.core.text import plural, text

_FONTS = Path(__file__).parents[2] / "resources" / "fonts"
_MOST_ROWS = 300
_MOST_LETTERS = 1_500
_QUIET = frozenset({"revision", "id", "person_id", "organisation_id"})


def title_of(table: str) -> str:
    """Return what a kind of entry is called on paper."""
    words = {
        "person": text("Person"),
        "profile": text("Profile"),
        "private_profile": text("Address and contacts"),
        "enrolment": text("Enrolments"),
        "observation": text("Attendance"),
        "leave_request": text("Leave"),
        "submission": text("Work handed in"),
        "mark": text("Marks"),
        "mark_entry": text("History of marks"),
        "course_grade": text("Course grades"),
        "notice": text("Notices"),
        "delivery": text("Letters sent"),
        "sign_in": text("Sign-ins"),
        "security_event": text("Security log"),
        "command_log": text("Changes"),
        "audit_link": text("Log of changes"),
        "conflict": text("Disagreements"),
        "device": text("Computers"),
        "upload": text("Files brought in"),
    }
    return words.get(table, table.replace("_", " ").capitalize())


def paper(content: Content, institute: str, name: str, made_at: str) -> bytes:
    """Return the PDF."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

    for font in ("NotoSans-Regular", "NotoSans-Bold"):
        if font not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(font, str(_FONTS / f"{font}.ttf")))
    plain = ParagraphStyle("plain", fontName="NotoSans-Regular", fontSize=8.5, leading=11, spaceAfter=5)
    head = ParagraphStyle("head", parent=plain, fontName="NotoSans-Bold", fontSize=12, leading=16, spaceBefore=10)
    top = ParagraphStyle("top", parent=head, fontSize=16, leading=22)
    story: list[Flowable] = [
        Paragraph(escape(text("Data of {name}", name=name)), top),
        Paragraph(escape(text("{institute}, {at}", institute=institute, at=made_at[:16].replace("T", " "))), plain),
        Paragraph(escape(_foreword(content)), plain),
    ]
    for table, lines in _parts(content):
        story.append(Paragraph(escape(title_of(table)), head))
        story += [Paragraph(line, plain) for line in lines]
    stream = io.BytesIO()
    SimpleDocTemplate(stream, pagesize=A4, title=text("Data of {name}", name=name), author=institute).build(story)
    return stream.getvalue()


def _foreword(content: Content) -> str:
    return plural(
        "{n} entry. Names of other people are masked. The file data.json holds the same for programs to read.",
        "{n} entries. Names of other people are masked. The file data.json holds the same for programs to read.",
        content.count,
    )


def _parts(content: Content) -> Iterator[tuple[str, list[str]]]:
    first = ("person", "profile", "private_profile", "enrolment")
    order = [name for name in first if name in content.tables]
    order += [name for name in sorted(content.tables) if name not in first]
    for table in order:
        rows = content.tables[table]
        lines = [_line(row) for row in rows[:_MOST_ROWS]]
        left = len(rows) - len(lines)
        if left:
            lines.append(escape(plural("{n} more in data.json", "{n} more in data.json", left)))
        yield table, lines


def _line(row: Mapping[str, Any]) -> str:
    parts = [
        f"<b>{escape(name.replace('_', ' '))}</b> {escape(_words(value))}"
        for name, value in row.items()
        if name not in _QUIET and value not in (None, "", [], {})
    ]
    return " · ".join(parts)


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        told = "; ".join(f"{name}: {_words(one)}" for name, one in value.items() if one not in (None, "", [], {}))
    elif isinstance(value, list):
        told = ", ".join(_words(one) for one in value)
    else:
        told = str(value)
    return told if len(told) <= _MOST_LETTERS else f"{told[:_MOST_LETTERS]}…"
