"""A hundred hostile files are refused, a hundred honest ones taken; pictures tell how large they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.office_links import check_office_links
from server.core.settings import LimitRule
from shared.core.errors import CampusError
from shared.core.picture_size import MOST_PIXELS, pixels
from tests.core.file_kinds import riff
from tests.core.hostile_files import honest, hostile, jpeg_of, linked, png_of
from tests.core.uploads import Caller, sha
from tests.serving import TestServer, server_settings


def test_the_lists_are_long_enough_and_nothing_is_in_them_twice():
    bad, good = list(hostile()), list(honest())
    assert len(bad) >= 100
    assert len(good) >= 100
    assert len({name for name, _ in bad}) == len(bad)
    assert not {(name, sha(content)) for name, content in bad} & {(name, sha(content)) for name, content in good}


@pytest.fixture
def patient(tmp_path, migrated_url):
    """A server that counts no uploads."""
    rules = tuple(LimitRule(path=path) for path in ("/", "/api/v1/uploads", "/api/v1/files/"))
    made = TestServer(server_settings(tmp_path / "patient", migrated_url, limits=rules))
    yield made
    made.close()


def test_hostile_files_are_refused_and_honest_ones_taken(trial, patient):
    ama = Caller.of(patient, "ama", roles=("student",))
    taken_wrongly = []
    for name, content in hostile():
        trial.readers[sha(content)] = {ama.person_id}
        told = ama.begin(name, content)
        if told.status == 201:
            told = ama.bring(name, content)
        served = ama.ask("GET", f"/api/v1/files/{sha(content)}").status
        if not (413 <= told.status <= 422 and told.code.startswith(("file_", "picture_")) and served == 404):
            taken_wrongly.append((name, told.status, served))
    assert taken_wrongly == []
    refused_wrongly = [
        (name, told.body) for name, content in honest() if (told := ama.bring(name, content)).status != 204
    ]
    assert refused_wrongly == []


def _refusal(tmp_path, content, kind="docx"):
    part = tmp_path / "a.part"
    part.write_bytes(content)
    with pytest.raises(CampusError) as told:
        check_office_links(kind, "a.docx", part)
    return told.value.code


def test_a_document_that_fetches_is_named_as_such(tmp_path):
    assert _refusal(tmp_path, linked("docx", "attachedTemplate")) == "file_fetches"
    assert _refusal(tmp_path, b"PK nonsense") == "file_type_lies"
    part = tmp_path / "a.part"
    part.write_bytes(linked("docx", "attachedTemplate"))
    check_office_links("pdf", "a.pdf", part)
    part.write_bytes(linked("docx", "hyperlink"))
    check_office_links("docx", "a.docx", part)


SIZES = [
    ("png", png_of(640, 480), 640 * 480),
    ("gif", b"GIF89a\x80\x02\xe0\x01\x00\x00\x00;", 640 * 480),
    ("jpeg", jpeg_of(640, 480), 640 * 480),
    ("jpeg", jpeg_of(640, 480, b"\xff\xff\xe1\x00\x04ab\xff\xd0"), 640 * 480),
    ("jpeg", b"\xff\xd8\x00", 0),
    ("jpeg", b"\xff\xd8\xff\xe0\x00", 0),
    ("webp", riff(b"WEBP") + b"VP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x7f\x02\x00\xdf\x01\x00", 0),
    ("webp", b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x7f\x02\x00\xdf\x01\x00", 640 * 480),
    ("webp", b"RIFF\x00\x00\x00\x00WEBPVP8L\x0a\x00\x00\x00\x2f" + (639 | 479 << 14).to_bytes(4, "little"), 640 * 480),
    ("webp", b"RIFF\x00\x00\x00\x00WEBPVP8 \x0a\x00\x00\x00" + bytes(6) + b"\x80\x02\xe0\x01", 640 * 480),
    ("webp", b"RIFF\x00\x00\x00\x00WEBPANIM", 0),
    ("png", b"\x89PNG", 0),
    ("pdf", b"%PDF", 0),
]


@pytest.mark.parametrize(("kind", "head", "wanted"), SIZES)
def test_pictures_tell_how_large_they_are(kind, head, wanted):
    assert pixels(kind, head) == wanted


@given(st.sampled_from(["png", "gif", "jpeg", "webp"]), st.binary(max_size=200))
def test_nothing_that_a_picture_says_is_a_fault(kind, head):
    assert pixels(kind, head) >= 0
    assert MOST_PIXELS > 10_000**2 - 1
