"""Icons: in the colour of the theme, sharp at every density, and only those of the design."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon

from desktop.widgets.icons import icon, icon_names, icon_pixmap
from desktop.widgets.theme import Scheme
from desktop.widgets.tokens import resource_path


def _is_drawn_in(pixmap, wanted):
    """Whether the icon has opaque points and all of them are this colour, but for rounding."""
    image = pixmap.toImage()
    points = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    opaque = [point for point in points if point.alpha() > 200]
    near = all(abs(a - b) <= 2 for point in opaque for a, b in zip(point.getRgb()[:3], wanted.getRgb(), strict=False))
    return bool(opaque) and near


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
def test_a_pixmap_has_the_screens_own_density(qapp, ratio):
    pixmap = icon_pixmap("check", QColor("#123456"), 16, ratio)
    assert pixmap.width() == round(16 * ratio)
    assert pixmap.devicePixelRatio() == ratio
    assert _is_drawn_in(pixmap, QColor("#123456"))
    assert not _is_drawn_in(pixmap, QColor("#654321"))


def test_the_same_icon_is_drawn_once(qapp):
    first = icon_pixmap("clock", QColor("#123456"), 16, 1.0)
    assert icon_pixmap("clock", QColor("#123456"), 16, 1.0) is first
    assert icon_pixmap("clock", QColor("#123457"), 16, 1.0) is not first


def test_a_qicon_follows_the_theme_and_fades_when_disabled(look):
    made = icon("check", "ok")
    assert _is_drawn_in(made.pixmap(QSize(16, 16)), look.colour("ok"))
    look.apply(Scheme.DARK)
    assert _is_drawn_in(made.pixmap(QSize(16, 16)), look.colour("ok"))
    assert _is_drawn_in(made.pixmap(QSize(16, 16), QIcon.Mode.Disabled), look.colour("strong"))


def test_an_unknown_icon_is_a_mistake(qapp):
    with pytest.raises(KeyError, match="no icon"):
        icon("unicorn")


def test_every_bundled_icon_can_be_drawn(qapp):
    names = icon_names()
    assert {"house", "users", "circle-alert", "git-compare-arrows", "cloud-off", "hard-drive"} <= set(names)
    for name in names:
        assert _is_drawn_in(icon_pixmap(name, QColor("#000000"), 24, 1.0), QColor("#000000")), name


def test_the_licence_lies_beside_the_icons():
    assert "ISC License" in resource_path("icons", "LICENSE-Lucide.txt").read_text(encoding="utf-8")
