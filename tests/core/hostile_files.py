"""A hundred files that mean harm and a hundred that are as people make them, by name and content."""

import struct
import zlib
from collections.abc import Iterator

from tests.core.file_kinds import HONEST, LIES, PDF, PNG, PROGRAM, boxed, office, zipped

_RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_ENTITY = (
    b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]><Relationships>&b;</Relationships>'
)
PROGRAMS = {
    "windows": PROGRAM,
    "linux": b"\x7fELF\x02\x01\x01" + bytes(200),
    "mac": b"\xcf\xfa\xed\xfe\x07\x00\x00\x01" + bytes(200),
    "java": b"\xca\xfe\xba\xbe\x00\x00\x00\x3d" + bytes(200),
}
_UNKNOWN = (
    "exe bat cmd scr com pif vbs vbe wsf wsh ps1 jar msi msp apk lnk iso img docm dotm xlsm xltm pptm potm svg svgz "
    "swf dll hta reg rtf chm cpl inf scf url website application gadget jse ws mht mhtml sys dmg pkg deb rpm sh7 heic"
).split()


def linked(ending: str, kind: str, target: str = "http://198.51.100.7/x.dotm", mode: str = "External") -> bytes:
    """An office document with one part that lies elsewhere."""
    one = f'<Relationship Id="r1" Type="{_KIND}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    main = _MAIN[ending]
    rels = f"{main.split('/')[0]}/_rels/{main.split('/')[1]}.rels"
    return office(main, **{rels: _RELS.format(one).encode()})


def png_of(width: int, height: int) -> bytes:
    """A picture that says how large it is, and has nothing in it."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    end = b"\x00\x00\x00\x00IEND\xaeB`\x82"
    return b"\x89PNG\r\n\x1a\n" + chunk + end


def jpeg_of(width: int, height: int, before: bytes = b"\xff\xe0\x00\x10JFIF\x00" + bytes(9)) -> bytes:
    """A photo that says how large it is, after a usual first part."""
    return b"\xff\xd8" + before + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + bytes(20)


def hostile() -> Iterator[tuple[str, bytes]]:
    """Files that must not reach anybody."""
    yield from LIES.items()
    yield from ((f"game.{ending}", PROGRAM) for ending in _UNKNOWN)
    for made_for, content in PROGRAMS.items():
        for ending in ("pdf", "docx", "png", "jpg", "txt", "mp4", "mp3", "zip", "html"):
            yield f"{made_for}.{ending}", content
    for ending, main in _MAIN.items():
        folder = main.split("/")[0]
        yield f"macro.{ending}", office(main, **{f"{folder}/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
        yield f"macro in capitals.{ending}", office(main, **{f"{folder}/VBAPROJECT.BIN": b"x"})
        yield f"fetches a template.{ending}", linked(ending, "attachedTemplate")
        yield f"fetches an object.{ending}", linked(ending, "oleObject", "file://198.51.100.7/share/x")
        yield f"fetches a frame.{ending}", linked(ending, "frame", "\\\\198.51.100.7\\share")
        yield f"entities.{ending}", office(main, **{"_rels/.rels": _ENTITY})
        yield f"broken list.{ending}", office(main, **{"_rels/.rels": b"<Relationships"})
        yield f"grows.{ending}", office(main, **{f"{folder}/media.bin": bytes(30_000_000)})
    yield "old with macros.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "_VBA_PROJECT".encode("utf-16-le")
    yield "bomb.png", png_of(60_000, 60_000)
    yield "bomb.jpg", jpeg_of(60_000, 60_000)
    yield "bomb.gif", b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + b"\x00\x00\x00;"
    yield "bomb.webp", b"RIFF\x16\x00\x00\x00WEBPVP8X\x0a" + bytes(7) + b"\xff" * 6
    for ending, mark in (("png", PNG), ("gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"), ("jpg", jpeg_of(9, 9))):
        yield f"two in one.{ending}", mark + zipped({"run.js": b"alert(1)"})
    yield "utf16 page.png", "<html><script>alert(1)</script>".encode("utf-16")
    yield "remark first.jpg", b"<!-- -->\n<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>"
    yield "empty.pdf", b""
    yield "two endings.pdf.exe", PDF
    yield "turned\u202efdp.exe", PROGRAM


def honest() -> Iterator[tuple[str, bytes]]:
    """Files as people make them: of every kind, with the names and the sizes that they have."""
    yield from ((name, content) for name, (_, content) in HONEST.items())
    for name in ("Ama’s essay (final) – 2.pdf", "🎬 portfolio.pdf", "étude n° 3.PDF", "كتابي.pdf", "..hidden.pdf"):
        yield name, PDF + name.encode()
    for number in range(20):
        yield f"week {number:02}.pdf", PDF + b"% page " * number * 50
        yield f"notes {number:02}.txt", f"Week {number}: ₵{number},50 – ɛ and ɔ\n".encode() * (number + 1)
    for number in range(1, 9):
        yield f"shot {number}.png", png_of(number * 1_000, 750)
        yield f"photo {number}.jpg", jpeg_of(4_000, 500 * number)
    for ending in _MAIN:
        yield f"with a link.{ending}", linked(ending, "hyperlink", "https://example.org/source")
        yield f"with a picture elsewhere.{ending}", linked(ending, "image", "https://example.org/picture.png")
        yield f"with parts of its own.{ending}", linked(ending, "styles", "styles.xml", "Internal")
    yield "long film.mp4", boxed(b"isom") + bytes(300_000)
    yield "archive with a program.zip", zipped({"tools/setup.exe": PROGRAM})
