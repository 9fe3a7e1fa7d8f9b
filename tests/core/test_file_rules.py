"""Names made safe, types by name and content, and the lies about them: tables and properties."""

import struct
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.core.errors import CampusError
from shared.core.file_contents import TAIL_BYTES, Sample, read_directory, type_of_content
from shared.core.file_names import MOST_BYTES as MOST_NAME_BYTES
from shared.core.file_names import MOST_CHARACTERS, ending_of, safe_name
from shared.core.file_types import MOST_BYTES, TYPES, Group, check_claim, check_file, type_of_name
from tests.core.file_kinds import HONEST, LIES, PDF, PNG, office, zipped

NAMES = {
    "essay.pdf": "essay.pdf",
    "Ama’s essay (final) – 2.pdf": "Ama’s essay (final) – 2.pdf",
    "../../etc/passwd": "passwd",
    "C:\\Users\\Ama\\essay.pdf": "essay.pdf",
    "folder/": "folder",
    "..": "file",
    "": "file",
    " . essay.pdf . ": "essay.pdf",
    "...hidden.txt": "hidden.txt",
    'a<b>c:d"e|f?g*h.txt': "a_b_c_d_e_f_g_h.txt",
    "two\tlines\n.txt": "two lines .txt",
    "bell\x07\x00.txt": "bell.txt",
    "essay\u202efdp.exe": "essayfdp.exe",
    "con": "_con",
    "NUL.txt": "_NUL.txt",
    "com1.tar.gz": "_com1.tar.gz",
    "LPT³.pdf": "_LPT³.pdf",
    "Aux .pdf": "_Aux .pdf",
    "console.pdf": "console.pdf",
    "🎬 film 🎞.mp4": "🎬 film 🎞.mp4",
    "e\u0301tude.pdf": "étude.pdf",
    "lone\ud800.pdf": "lone.pdf",
}


@pytest.mark.parametrize(("given_name", "safe"), NAMES.items())
def test_names_are_made_safe(given_name: str, safe: str) -> None:
    assert safe_name(given_name) == safe


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("x" * 300 + ".docx") == "x" * 115 + ".docx"
    assert safe_name("x" * 300) == "x" * 120
    assert safe_name("a." + "x" * 300) == ("a." + "x" * 118)
    assert safe_name("." + "x" * 300) == "x" * 120
    film = safe_name("🎬" * 150 + ".mp4")
    assert film == "🎬" * 49 + ".mp4"
    assert safe_name("x" * 110 + " " * 5 + "yyyyyyyyyy" * 3 + ".pdf").endswith(".pdf")
    assert safe_name("x" * 114 + " . . . . .pdf") == "x" * 114 + " . . . . .pdf"[-4:]


@example("0 \x08\r0")
@given(st.text(max_size=400))
def test_a_safe_name_is_safe_whatever_is_given_and_stays_what_it_is(name: str) -> None:
    safe = safe_name(name)
    assert safe_name(safe) == safe
    assert 0 < len(safe) <= MOST_CHARACTERS
    assert len(safe.encode()) <= MOST_NAME_BYTES
    assert not set(safe) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(one).startswith("C") for one in safe)
    assert safe == safe.strip(" .")


@pytest.mark.parametrize(("name", "ending"), [("a.PDF", "pdf"), ("a", ""), (".pdf", ""), ("a.b.c", "c"), ("a.", "")])
def test_the_ending_is_what_follows_the_last_dot(name: str, ending: str) -> None:
    assert ending_of(name) == ending


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_taken_for_what_it_is(name: str) -> None:
    word, content = HONEST[name]
    assert check_file(name, Sample.of(content)) == word
    assert check_file(name, Sample.of(content), allowed={word}) == word
    assert type_of_name(name) == word


def test_every_type_is_among_the_honest_files() -> None:
    assert {word for word, _ in HONEST.values()} == set(TYPES)
    assert {one.group for one in TYPES.values()} == set(Group)


@pytest.mark.parametrize("name", LIES)
def test_a_file_that_lies_about_its_type_is_put_aside_with_a_sentence(name: str) -> None:
    with pytest.raises(CampusError) as told:
        check_file(name, Sample.of(LIES[name]))
    assert told.value.code == "file_type_lies"
    assert name in told.value.message


def _refused(name: str, content: bytes, **more) -> str:
    with pytest.raises(CampusError) as told:
        check_file(name, Sample.of(content), **more)
    return told.value.code


def test_what_isnt_taken_says_why() -> None:
    assert _refused("essay.pdf", b"") == "file_empty"
    assert _refused("essay.pdf", PDF, largest=10) == "file_too_large"
    assert _refused("program.exe", PDF) == "file_type_unknown"
    assert _refused("picture.svg", b"<svg/>") == "file_type_unknown"
    assert _refused("essay", PDF) == "file_type_unknown"
    assert _refused("shot.png", PNG, allowed={"pdf", "docx"}) == "file_type_refused"


@pytest.mark.parametrize(("size", "code"), [(0, "file_empty"), (MOST_BYTES, None), (MOST_BYTES + 1, "file_too_large")])
def test_the_size_counts_before_the_content_is_there(size: int, code: str | None) -> None:
    if code is None:
        assert check_claim("essay.pdf", size) == "pdf"
        return
    with pytest.raises(CampusError) as told:
        check_claim("essay.pdf", size)
    assert told.value.code == code


def test_sentences_name_sizes_and_endings() -> None:
    with pytest.raises(CampusError, match="has 51 MB; a file may have 50 MB"):
        check_claim("film.mp4", MOST_BYTES + 1)
    with pytest.raises(CampusError, match=r"These kinds can: docx, jpg\."):
        check_claim("film.mp4", 5, allowed={"jpeg", "docx"})


def test_programs_in_documents_are_refused() -> None:
    macros = office("word/document.xml", **{"word/vbaProject.bin": b"x"})
    assert _refused("essay.docx", macros) == "file_has_macros"
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(80_000) + "_VBA_PROJECT".encode("utf-16-le") + bytes(9)
    assert _refused("essay.doc", old) == "file_has_macros"


def test_a_document_that_unpacks_beyond_measure_is_refused() -> None:
    bomb = office("word/document.xml", **{"word/media.bin": bytes(5_000_000)})
    assert _refused("essay.docx", bomb) == "file_unpacks_too_large"


def test_a_zip_is_known_by_its_directory_alone() -> None:
    plain = zipped({"a.txt": b"x"})
    assert type_of_content(Sample.of(plain)) == "zip"
    archive = read_directory(Sample.of(plain))
    assert archive is not None
    assert (archive.names, archive.unpacked) == ({"a.txt"}, 1)
    end = len(plain) - 22
    for broken in (
        plain[:end] + plain[end:].replace(b"\x01\x00\x01\x00", b"\x02\x00\x02\x00"),  # says that it has more
        plain[:end] + plain[end:].replace(b"\x01\x00\x01\x00", b"\x00\x00\x00\x00"),  # says that it has none
        plain.replace(b"PK\x01\x02", b"PK\x01\x03"),
        plain + b"rest",
        plain[: end + 12] + struct.pack("<II", 1 << 30, 0) + plain[end + 20 :],
        plain[: end + 16] + struct.pack("<I", 1 << 30) + plain[end + 20 :],
        plain[:-10],
    ):
        assert read_directory(Sample.of(broken)) is None
        assert type_of_content(Sample.of(broken)) is None


def test_a_remark_at_the_end_of_a_zip_is_fine() -> None:
    plain = zipped({"a.txt": b"x"})
    assert type_of_content(Sample.of(plain[:-2] + b"\x05\x00hello")) == "zip"


def test_a_large_file_is_known_by_its_ends() -> None:
    content = zipped({"[Content_Types].xml": b"<Types/>", "film.bin": bytes(3 * TAIL_BYTES), "word/document.xml": b"x"},
                     packed=False)  # fmt: skip
    sample = Sample.of(content)
    assert len(sample.head) + len(sample.tail) < sample.size
    assert check_file("essay.docx", sample) == "docx"


def test_wide_text_may_end_within_a_character_and_has_no_controls() -> None:
    wide = "x" * 10 + "🎬"
    assert type_of_content(Sample.of(wide.encode("utf-16")[:-1])) == "text"
    assert type_of_content(Sample.of(wide.encode("utf-16")[:-2])) == "text"
    assert type_of_content(Sample.of(b"\xff\xfe\x00\xd8\x00\xd8" + bytes(90))) is None
    assert type_of_content(Sample.of(b"\xff\xfe\x01\x00")) is None


@pytest.mark.parametrize(
    "content", [b"the ftyp of it", b"ID3 is a tag", b"MZamo wrote this", b"RIFF raff", b"PK and I"]
)
def test_text_that_begins_like_something_else_is_text(content: bytes) -> None:
    assert type_of_content(Sample.of(content)) == "text"


@given(st.binary(max_size=300))
def test_any_bytes_have_a_known_type_or_none(content: bytes) -> None:
    assert type_of_content(Sample.of(content)) in {*TYPES, None}


@given(st.binary(max_size=200), st.sampled_from(sorted(HONEST)))
def test_a_damaged_file_is_taken_or_refused_and_never_a_crash(noise: bytes, name: str) -> None:
    content = HONEST[name][1]
    for mixed in (content + noise, noise + content, content[: len(noise)], noise):
        with suppress(CampusError):
            check_file(name, Sample.of(mixed))
