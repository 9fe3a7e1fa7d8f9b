"""The theme: light, dark and system at run time, text size, contrast, fonts."""

import re

import pytest
from PySide6.QtGui import QFontInfo, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.widgets.buttons import Button
from desktop.widgets.label import Label
from desktop.widgets.style_sheet import render_style_sheet
from desktop.widgets.theme import Scheme, theme
from desktop.widgets.tokens import load_tokens, resource_path


def test_there_is_one_theme():
    assert theme() is theme()


def test_switching_changes_palette_sheet_and_colours(look, qtbot):
    light = look.colour("surface").name()
    light_sheet = QApplication.instance().styleSheet()
    with qtbot.waitSignal(look.changed, timeout=1000):
        look.apply(Scheme.DARK)
    assert look.scheme == "dark"
    assert look.colour("surface").name() != light
    assert QApplication.palette().color(QPalette.ColorRole.Window).name() == "#14171e"
    assert QApplication.instance().styleSheet() != light_sheet


def test_the_system_scheme_is_followed(look):
    look.apply(Scheme.SYSTEM)
    assert look.scheme in {"light", "dark"}
    assert look.choice is Scheme.SYSTEM


@pytest.mark.parametrize(("asked", "got"), [(50, 90), (90, 90), (125, 125), (150, 150), (400, 150)])
def test_the_text_size_stays_within_its_bounds(look, asked, got):
    look.apply(scale=asked)
    assert look.scale == got
    assert look.font("body").pixelSize() == round(13 * got / 100)
    assert look.size("control") == round(32 * got / 100)


def test_widgets_on_show_grow_with_the_text(look, qtbot):
    button = Button("Save")
    label = Label("Name", "small")
    field = QLineEdit()
    for widget in (button, label, field):
        qtbot.addWidget(widget)
        widget.show()
    before = [widget.sizeHint().height() for widget in (button, label, field)]
    look.apply(scale=150)
    after = [widget.sizeHint().height() for widget in (button, label, field)]
    assert all(new > old for new, old in zip(after, before, strict=True))
    assert button.sizeHint().height() == 48


def test_controls_are_as_high_as_the_design_says(qtbot):
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    assert field.sizeHint().height() == 32
    assert Button("Save").sizeHint().height() == 32
    assert Button("Save", small=True).sizeHint().height() == 28


def test_high_contrast_makes_hairlines_strong(look):
    look.apply(high_contrast=True)
    assert look.colour("line") == look.colour("strong")
    assert look.colour("border") == look.colour("strong")
    look.apply(high_contrast=False)
    assert look.colour("line") != look.colour("strong")


def test_the_bundled_fonts_are_used_with_figures_of_one_width(look, qtbot):
    assert QFontInfo(look.font("body")).family().startswith("Inter")
    assert QFontInfo(look.font("title")).family().startswith("Inter Display")
    for step in ("body", "small", "title", "figure"):
        metrics = QFontMetricsF(look.font(step))
        assert metrics.horizontalAdvance("1111") == pytest.approx(metrics.horizontalAdvance("0000"))
    label = Label("x", "small-strong")
    qtbot.addWidget(label)
    label.ensurePolished()
    metrics = QFontMetricsF(label.font())
    assert metrics.horizontalAdvance("1111") == pytest.approx(metrics.horizontalAdvance("0000"))


def test_tabular_figures_do_not_tear_words_apart(look):
    metrics = QFontMetricsF(look.font("body"))
    assert metrics.horizontalAdvance("-") < metrics.horizontalAdvance("0") * 0.85
    assert metrics.horizontalAdvance(" ") < metrics.horizontalAdvance("0") * 0.6


def test_a_bare_tone_is_its_text_colour(look):
    assert look.colour("bad") == look.colour("bad.text")
    with pytest.raises(KeyError):
        look.colour("pink")


def test_every_place_in_the_template_is_filled(look):
    sheet = render_style_sheet(look.tokens, look.colour, look.px)
    assert "@{" not in sheet
    assert re.search(r"border: 2px solid #ff3350c4", sheet)


def test_both_themes_name_the_same_colours():
    tokens = load_tokens()
    assert tokens.colours["light"].keys() == tokens.colours["dark"].keys()
    for scheme in ("light", "dark"):
        assert all(re.fullmatch(r"#([0-9A-F]{6}|[0-9A-F]{8})", value) for value in tokens.colours[scheme].values())


def test_fonts_come_with_their_licences():
    names = {path.name for path in resource_path("fonts").iterdir()}
    assert {"LICENSE-Inter.txt", "LICENSE-NotoSans.txt"} <= names
    assert sum(name.endswith(".ttf") for name in names) >= 6


def test_no_widget_sets_a_style_sheet_of_its_own():
    package = resource_path("..", "desktop").resolve()
    guilty = [
        path.name for path in package.rglob("*.py") if path.name != "theme.py" and ".setStyleSheet(" in path.read_text()
    ]
    assert guilty == []
