"""Files as students hand them in, made here: PDFs, documents, pictures, recordings, and broken ones of each."""

import io
import math
import struct
import wave
import zipfile

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_O = "urn:oasis:names:tc:opendocument:xmlns"


def pdf(pages=2, password=None, title="Cash flow plan for a corner shop"):
    """A PDF of A4 pages, each saying its number."""
    out = io.BytesIO()
    encrypt = StandardEncryption(password) if password else None
    paper = canvas.Canvas(out, pagesize=(595, 842), encrypt=encrypt)
    for page in range(1, pages + 1):
        paper.setFont("Helvetica-Bold", 16)
        paper.drawString(56, 770, title)
        paper.setFont("Helvetica", 10)
        paper.drawString(56, 750, f"Page {page} of {pages}")
        for line in range(20):
            paper.drawString(56, 720 - line * 16, "Sales are highest in December and lowest in February. I estimated")
        paper.showPage()
    paper.save()
    return out.getvalue()


def docx(body=None):
    """A DOCX with a heading, runs, a list, a table, a struck out word, and a picture that nothing opens."""
    body = body or (
        '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Stock &amp; sales</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>Most customers </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>pay in cash</w:t></w:r>"
        "<w:del><w:r><w:t>never</w:t></w:r></w:del><w:r><w:br/><w:t>&lt;script&gt;</w:t></w:r></w:p>"
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr><w:r><w:t>Rice</w:t></w:r></w:p>'
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Opening</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>85.0</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        '<w:p><w:r><w:instrText>INCLUDETEXT "file:///etc/passwd"</w:instrText><w:drawing/></w:r></w:p>'
    )
    xml = f'<?xml version="1.0"?><w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    return packed({"[Content_Types].xml": "<Types/>", "word/document.xml": xml})


def odt(body=None):
    """An ODT with a heading, a list in a list, spaces, and a table."""
    body = body or (
        '<text:h text:outline-level="2">Stock</text:h><text:p>Rice<text:s text:c="3"/>and <text:span>beans</text:span>'
        " &amp; oil<office:annotation><text:p>hidden</text:p></office:annotation></text:p>"
        "<text:list><text:list-item><text:p>One</text:p><text:list><text:list-item><text:p>Two</text:p>"
        "</text:list-item></text:list></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>A1</text:p></table:table-cell></table:table-row>"
        "</table:table>"
    )
    xml = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{_O}:office:1.0" xmlns:text="{_O}:text:1.0"'
        f' xmlns:table="{_O}:table:1.0"><office:body><office:text>{body}</office:text></office:body>'
        "</office:document-content>"
    )
    return packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": xml})


def packed(parts):
    """A zip of these parts; the first one isn't packed, as an ODT wants it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (name, content) in enumerate(parts.items()):
            way = zipfile.ZIP_DEFLATED if place else zipfile.ZIP_STORED
            archive.writestr(name, content, compress_type=way)
    return out.getvalue()


def png(width=320, height=200):
    """A picture of one colour with a corner of another."""
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    picture.fill(QColor("#3350C4"))
    picture.setPixelColor(0, 0, QColor("#FFFFFF"))
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(content.data())


def wav(seconds=2, rate=8000):
    """A tone."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        samples = (int(6000 * math.sin(place / 5)) for place in range(seconds * rate))
        sound.writeframes(b"".join(struct.pack("<h", one) for one in samples))
    return out.getvalue()


def avi(frames=20, side=(64, 48), rate=10):
    """A video of uncompressed frames, each lighter than the one before, without an index."""
    wide, high = side
    packed_frames = b"".join(
        b"00db" + struct.pack("<I", wide * high * 3) + bytes([12 * place % 256]) * (wide * high * 3)
        for place in range(frames)
    )
    head = struct.pack(
        "<IIIIIIIIII4I", 1_000_000 // rate, 0, 0, 0, frames, 0, 1, wide * high * 3, wide, high, 0, 0, 0, 0
    )
    stream = b"vidsDIB " + struct.pack(
        "<IHHIIIIIIII4H", 0, 0, 0, 0, 1, rate, 0, frames, wide * high * 3, 0, 0, 0, 0, wide, high
    )
    form = struct.pack("<IiiHHIIiiII", 40, wide, high, 1, 24, 0, wide * high * 3, 0, 0, 0, 0)
    lists = _chunk(b"LIST", b"strl" + _chunk(b"strh", stream) + _chunk(b"strf", form))
    headers = _chunk(b"LIST", b"hdrl" + _chunk(b"avih", head) + lists)
    return _chunk(b"RIFF", b"AVI " + headers + _chunk(b"LIST", b"movi" + packed_frames))


def _chunk(name, content):
    return name + struct.pack("<I", len(content)) + content


def mp4_without_index():
    """The beginning of an MP4 whose index never came."""
    return b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00\x00\x10\x00mdat" + bytes(4088)
