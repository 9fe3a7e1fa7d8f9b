"""The gallery can be painted in every look, and every control in it has a name."""

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from desktop.widgets.gallery import Gallery
from desktop.widgets.theme import Scheme


@pytest.fixture
def gallery(qtbot):
    made = Gallery()
    qtbot.addWidget(made)
    made.resize(1440, 825)
    made.show()
    return made


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
@pytest.mark.parametrize("scale", [90, 100, 150])
@pytest.mark.parametrize("high_contrast", [False, True])
def test_it_can_be_painted_in_every_look(look, gallery, scheme, scale, high_contrast):
    look.apply(scheme, scale=scale, high_contrast=high_contrast)
    picture = gallery.grab().toImage()
    assert not picture.isNull()
    middle = picture.pixelColor(300, 30)
    assert middle == look.colour("surface")


def test_it_fits_its_picture(gallery):
    assert gallery.minimumSizeHint().width() <= 1440
    assert gallery.minimumSizeHint().height() <= 825


def test_every_control_has_a_name(gallery):
    controls = [
        *gallery.findChildren(QAbstractButton),
        *gallery.findChildren(QLineEdit),
        *gallery.findChildren(QComboBox),
    ]
    assert len(controls) > 25
    for control in filter(QWidget.isVisible, controls):
        text = control.text() if isinstance(control, QAbstractButton) else ""
        assert control.accessibleName() or text, control
