"""WCAG 2.2 AA for every pair of colours in use, computed from the token file in both themes."""

import re

import pytest

from desktop.widgets.tokens import load_tokens, resource_path

TOKENS = load_tokens()
SCHEMES = ("light", "dark")

# The pairs that stand in the design's table, with what it says about them.
TABLE = [
    ("text", "surface", 4.5, 15.7, 13.9),
    ("text2", "surface", 4.5, 8.1, 9.2),
    ("muted", "surface", 4.5, 5.7, 6.1),
    ("muted", "sel", 4.5, 4.9, 4.9),
    ("accent", "surface", 4.5, 6.8, 7.9),
    ("white", "solid", 4.5, 6.8, 5.1),
    ("ok.text", "ok.fill", 4.5, 5.6, 7.8),
    ("warn.text", "warn.fill", 4.5, 5.9, 8.2),
    ("bad.text", "bad.fill", 4.5, 5.7, 7.4),
    ("info.text", "info.fill", 4.5, 6.3, 7.6),
    ("vio.text", "vio.fill", 4.5, 6.4, 7.3),
    ("solid", "surface", 3.0, 6.8, 3.2),
    ("solid", "track", 3.0, 5.5, 3.7),
    ("ink", "warn.solid", 4.5, 4.6, 6.4),
    ("field", "raised", 3.0, 3.1, 3.3),
    ("focus", "surface", 3.0, 6.8, 7.9),
]


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(first: str, second: str) -> float:
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_knows_its_ends():
    assert ratio("#FFFFFF", "#000000") == pytest.approx(21)
    assert ratio("#777777", "#777777") == pytest.approx(1)
    assert ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("pair", TOKENS.contrast, ids=lambda pair: f"{pair.mark}-on-{pair.on}")
def test_every_pair_in_use_can_be_read(scheme, pair):
    colours = TOKENS.colours[scheme]
    assert ratio(colours[pair.mark], colours[pair.on]) >= pair.needs


@pytest.mark.parametrize(("mark", "on", "needs", "light", "dark"), TABLE)
def test_the_closest_pairs_have_the_values_of_the_design(mark, on, needs, light, dark):
    for scheme, said in (("light", light), ("dark", dark)):
        colours = TOKENS.colours[scheme]
        assert ratio(colours[mark], colours[on]) == pytest.approx(said, abs=0.06)
    assert any((pair.mark, pair.on, pair.needs) == (mark, on, needs) for pair in TOKENS.contrast)


def test_every_tone_is_checked_on_its_fill_and_on_every_ground():
    pairs = {(pair.mark, pair.on) for pair in TOKENS.contrast}
    for tone in TOKENS.tones:
        for ground in (f"{tone}.fill", "surface", "raised", "app", "sel"):
            assert (f"{tone}.text", ground) in pairs
    for index in range(TOKENS.initials_count):
        assert (f"initials.{index}.text", f"initials.{index}.fill") in pairs


def test_every_text_colour_of_the_style_sheet_is_in_a_checked_pair():
    sheet = resource_path("styles", "campusdesk.qss").read_text(encoding="utf-8")
    checked = {pair.mark for pair in TOKENS.contrast}
    used = set(re.findall(r"[^-]color: @\{([\w.-]+)\}", sheet))
    assert used
    assert used <= checked


def test_hairlines_stay_below_three_on_purpose_and_fields_do_not():
    for scheme in SCHEMES:
        colours = TOKENS.colours[scheme]
        assert ratio(colours["line"], colours["surface"]) < 3
        assert ratio(colours["field"], colours["raised"]) >= 3
