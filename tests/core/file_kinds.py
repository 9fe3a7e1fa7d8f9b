"""One small honest file of every kind that is taken, and a few that aren't."""

import io
import struct
import zipfile
from collections.abc import Mapping

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def zipped(parts: Mapping[str, bytes], *, packed: bool = True) -> bytes:
    """A zip of these parts, in their order."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as box:
        for name, content in parts.items():
            box.writestr(name, content)
    return held.getvalue()


def office(part: str, **more: bytes) -> bytes:
    """An office document as far as its directory tells."""
    return zipped({"[Content_Types].xml": b"<Types/>", part: b"<document/>" * 10, **more})


def boxed(brand: bytes) -> bytes:
    """The beginning of a film in boxes."""
    return struct.pack(">I4s4sI", 16, b"ftyp", brand, 0) + b"\x00\x00\x00\x08mdat"


def riff(form: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 36) + form + b"fmt " + bytes(24)


HONEST: dict[str, tuple[str, bytes]] = {
    "essay.pdf": ("pdf", PDF),
    "essay with mark.PDF": ("pdf", b"\xef\xbb\xbf\n" + PDF),
    "essay.docx": ("docx", office("word/document.xml")),
    "sums.xlsx": ("xlsx", office("xl/workbook.xml")),
    "talk.pptx": ("pptx", office("ppt/presentation.xml")),
    "essay.odt": (
        "odt",
        zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office/>"}, packed=False),
    ),
    "old.doc": ("doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    "shot.png": ("png", PNG),
    "shot.jpg": ("jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40)),
    "loop.gif": ("gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
    "first.gif": ("gif", b"GIF87a\x01\x00\x01\x00\x00\x00\x00;"),
    "shot.webp": ("webp", riff(b"WEBP")),
    "notes.txt": ("text", "Für die Prüfung: 5 €\n".encode()),
    "old notes.txt": ("text", "Für die Prüfung\n".encode("latin-1")),
    "wide.csv": ("text", "name;points\nAma;84,5\n".encode("utf-16")),
    "page.html": ("text", b"<!doctype html><script>1</script>"),
    "loop.py": ("text", b"for n in range(3):\n\tprint(n)\n"),
    "film.mp4": ("mp4", boxed(b"isom")),
    "film.mov": ("mov", boxed(b"qt  ")),
    "phone.mov": ("mov", boxed(b"mp42")),
    "song.m4a": ("m4a", boxed(b"M4A ")),
    "recorded.m4a": ("m4a", boxed(b"mp42")),
    "film.avi": ("avi", riff(b"AVI ")),
    "film.webm": ("webm", b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(20)),
    "song.mp3": ("mp3", b"ID3\x03\x00\x00\x00\x00\x00\x00" + bytes(20)),
    "bare.mp3": ("mp3", b"\xff\xfb\x90\x64" + bytes(100)),
    "song.wav": ("wav", riff(b"WAVE")),
    "song.ogg": ("ogg", b"OggS\x00\x02" + bytes(30)),
    "project.zip": ("zip", zipped({"readme.txt": b"hello", "src/main.py": b"print()"})),
    "templates.zip": ("zip", zipped({"[Content_Types].xml": b"<Types/>"})),
    "nothing.zip": ("zip", zipped({})),
}

PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)
LIES: dict[str, bytes] = {
    "program.pdf": PROGRAM,
    "program.txt": PROGRAM,
    "essay.txt": PDF,
    "page.pdf": b"<html><script>alert(1)</script></html>",
    "page.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "shot.png": b"\xff\xd8\xff\xe0" + bytes(40),
    "plain.docx": zipped({"readme.txt": b"hello"}),
    "named.docx": zipped({"word/document.xml": b"<document/>"}),
    "sums.docx": office("xl/workbook.xml"),
    "essay.odt": office("word/document.xml"),
    "essay.zip": office("word/document.xml"),
    "half.zip": zipped({"readme.txt": b"hello" * 100})[:-30],
    "matroska.webm": b"\x1aE\xdf\xa3\x9fB\x82\x88matroska",
    "picture.mp4": boxed(b"heic"),
    "other.wav": riff(b"CDDA"),
    "sound.mp3": b"\xff\xfb\xf0\x64" + bytes(20),
    "picture and zip.png": PNG + zipped({"hidden.exe": PROGRAM}),
}
