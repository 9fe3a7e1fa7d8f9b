"""What each setting of an institute may hold, and the sentence for what it may not."""

import base64
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from shared.core.command import Command
from shared.core.currencies import CURRENCIES, currency_error, minor_digits
from shared.people.colours import LEAST_CONTRAST, accent_error, contrast, is_colour, nearest_accent
from shared.people.countries import CALLING_CODES, calling_code_error, country_error
from shared.people.institute import (
    DEFAULTS,
    PROJECTIONS,
    branch_error,
    branch_errors,
    setting_error,
    setting_errors,
    tidy,
    whole,
)
from shared.people.logos import MOST_BYTES, bare_png, logo_error

NASTY = (
    "\x00", "a\nb", "a\tb", "\u202eevil", "a\u200bb", "\u2028",
)  # fmt: skip


def png(width: int = 64, height: int = 48, **saved: Any) -> bytes:
    """A picture as a file."""
    out = io.BytesIO()
    Image.new("RGBA", (width, height), "#146c3f").save(out, "PNG", **saved)
    return out.getvalue()


def logo(width: int = 64, height: int = 48) -> str:
    """A logo as it is kept."""
    return base64.b64encode(bare_png(png(width, height))).decode()


def test_what_stands_where_nothing_was_said_can_be_kept_but_the_name() -> None:
    assert setting_errors({**DEFAULTS, "name": "KM Media"}) == {}
    assert "name" in str(setting_error("name", ""))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("name", "x" * 201, "201 characters"),
        ("name", 7, "takes text"),
        ("short_name", "x" * 41, "41 characters"),
        ("motto", "x" * 201, "201 characters"),
        ("address", "x" * 301, "301 characters"),
        ("phone", "call me", "phone number"),
        ("email", "nobody", "mail address"),
        ("website", "javascript:alert(1)", "web address"),
        ("website", "https://a b.example", "web address"),
        ("accent", "green", "#146c3f"),
        ("accent", "#146C3F", "#146c3f"),
        ("accent", "#fbefd5", "nearest"),
        ("currency", "GH", "three letters"),
        ("currency", "QQQ", "three letters"),
        ("currency", "", "three letters"),
        ("time_zone", "", "Africa/Accra"),
        ("time_zone", "Africa", "Africa/Accra"),
        ("time_zone", "../../etc/passwd", "Africa/Accra"),
        ("time_zone", "GMT+27", "Africa/Accra"),
        ("country", "GHA", "two letters"),
        ("calling_code", "+233", "without plus"),
        ("calling_code", "999999", "without plus"),
        ("logo", "not base64!", "not a logo"),
    ],
)
def test_what_cant_be_kept_is_told(name: str, value: object, said: str) -> None:
    assert said in str(setting_error(name, value))


@pytest.mark.parametrize("value", NASTY)
@pytest.mark.parametrize("name", ["name", "short_name", "motto", "address"])
def test_unseen_letters_are_refused(name: str, value: str) -> None:
    assert "unseen" in str(setting_error(name, f"KM{value}Media"))


@pytest.mark.parametrize(
    "value", ["<b>KM</b>", "'; DROP TABLE person; --", "=1+1", "مدرسة كوفي", "KM 🎬 Media", "👩‍👩‍👧 School", "Ɛkɔm"]
)
def test_what_people_write_is_kept_as_it_is(value: str) -> None:
    assert setting_error("name", value) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("website", "https://km.example.org:8443/apply?now"),
        ("website", ""),
        ("email", "office@km.example.org"),
        ("phone", "+233 30 255 0100"),
        ("time_zone", "Africa/Lagos"),
        ("accent", "#146c3f"),
        ("currency", "XOF"),
        ("country", "NG"),
        ("calling_code", "1"),
        ("logo", ""),
        ("logo", logo()),
    ],
)
def test_what_can_be_kept(name: str, value: str) -> None:
    assert setting_error(name, value) is None


def test_texts_are_trimmed_and_other_values_stay() -> None:
    assert tidy("  KM   Media ") == "KM Media"
    assert tidy(None) is None
    assert whole(None) == DEFAULTS
    assert whole({"name": "KM", "motto": None, "slug": "km"})["slug"] == "km"


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_the_nearest_colour_keeps_the_contrast_and_one_that_does_stays(parts: tuple[int, int, int]) -> None:
    colour = "#{:02x}{:02x}{:02x}".format(*parts)
    nearest = nearest_accent(colour)
    assert is_colour(nearest)
    assert contrast(nearest) >= LEAST_CONTRAST
    assert accent_error(nearest) is None
    assert (nearest == colour) == (contrast(colour) >= LEAST_CONTRAST)


def test_contrast_is_what_the_guideline_says() -> None:
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#ffffff") == pytest.approx(1)
    assert contrast("#3350c4") == pytest.approx(6.8, abs=0.1)


def test_money_is_counted_in_its_smallest_unit() -> None:
    assert [minor_digits(word) for word in ("GHS", "XOF", "UGX", "TND", "USD")] == [2, 0, 0, 3, 2]
    assert len(CURRENCIES) == len(set(CURRENCIES)) > 150
    assert currency_error("NGN") is None


def test_every_country_has_a_calling_code_of_digits() -> None:
    assert len(CALLING_CODES) > 240
    assert all(len(one) == 2 and code.isdigit() and len(code) <= 3 for one, code in CALLING_CODES.items())
    assert country_error("GH") is None
    assert calling_code_error(CALLING_CODES["GH"]) is None


def test_a_logo_has_nothing_in_the_file_but_the_picture() -> None:
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Author", "Ama Mensah, 5.6037 N 0.1870 W")
    content = png(pnginfo=told)
    assert logo_error(base64.b64encode(content).decode()) is not None
    bare = bare_png(content)
    assert b"Ama" not in bare
    assert logo_error(base64.b64encode(bare).decode()) is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"GIF89a", "not a logo"),
        (png()[:-4], "not a logo"),
        (png() + b"PK\x03\x04more", "not a logo"),
        (png().replace(b"IDAT", b"IDAX"), "not a logo"),
        (png()[:8], "not a logo"),
        (png()[:23] + b"\x99" + png()[24:], "not a logo"),
        (bare_png(png(321, 20)), "pixels"),
        (bare_png(png(15, 20)), "pixels"),
        (b"x" * (MOST_BYTES + 1), "KB"),
    ],
)
def test_what_is_no_logo(content: bytes, said: str) -> None:
    assert said in str(logo_error(base64.b64encode(content).decode()))


def test_a_picture_that_is_cut_has_no_bare_form() -> None:
    with pytest.raises(ValueError, match="whole"):
        bare_png(png()[:40])


def test_branches_have_a_name_and_are_there_or_removed() -> None:
    assert branch_errors({"name": "Kumasi", "address": "", "phone": "", "state": "active"}) == {}
    assert "name" in str(branch_error("name", ""))
    assert branch_error("state", "gone") is not None
    assert branch_error("state", "removed") is None
    assert branch_errors({"phone": "x"}).keys() == {"phone"}


def _command(kind: str, payload: dict[str, Any]) -> Command:
    made = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
    fields = {"id": made, "device_id": made, "install_epoch": 1, "device_seq": 1, "type_version": 1, "base": None}
    observed = "2026-11-20T08:30:00.000Z"
    return Command.model_validate(
        {**fields, "type": kind, "target_id": made, "payload": payload, "observed_at": observed}
    )


def test_edits_show_before_the_server_has_spoken() -> None:
    edit = {"changes": {"name": {"old": "KM", "new": " KM  Media "}, "slug": {"old": "km", "new": "x"}}}
    shown = PROJECTIONS["EditOrganisation"](
        _command("EditOrganisation", edit), lambda _k, _i: {"name": "KM", "slug": "km"}
    )
    assert [(draft.body["name"], draft.body["slug"]) for draft in shown if draft.body] == [("KM Media", "km")]
    assert list(PROJECTIONS["EditBranch"](_command("EditBranch", edit), lambda _k, _i: None)) == []
    (added,) = PROJECTIONS["AddBranch"](_command("AddBranch", {"name": " Kumasi "}), lambda _k, _i: None)
    assert added.body is not None
    assert (added.body["name"], added.body["state"], added.body["phone"]) == ("Kumasi", "active", "")
