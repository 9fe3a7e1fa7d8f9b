"""Where messages lie while a dialog is open: at the bottom as ever, unless something to press would be under them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop.widgets.dialog import Dialog

EDGE = 24
_NEAR = 8


def place_over(dialog: Dialog, size: QSize) -> QRect:
    """Return where messages of this size lie over a dialog, in px of the dialog.

    Tried in this order: the bottom of the window, its very edge, above the dialog's foot, over the dialog, the
    dialog's head. The first place wins that covers least: no button if there is such a place, then as few fields as
    can be.
    """
    card, foot = dialog.box.geometry(), _within(dialog, dialog.foot)
    tops = (
        dialog.height() - size.height() - EDGE,
        dialog.height() - size.height() - _NEAR,
        foot.top() - size.height() - _NEAR,
        card.top() - size.height() - _NEAR,
        _NEAR,
    )
    left = (dialog.width() - size.width()) // 2
    places = [QRect(QPoint(left, top), size) for top in tops if top >= 0] or [QRect(QPoint(left, 0), size)]
    shown = [widget for widget in dialog.box.findChildren(QWidget) if widget.isVisibleTo(dialog)]
    buttons = [_within(dialog, widget) for widget in shown if isinstance(widget, QAbstractButton)]
    fields = [foot, *(_within(dialog, widget) for widget in shown if _is_field(widget))]
    return min(places, key=lambda place: (_covered(buttons, place), _covered(fields, place)))


def _within(dialog: Dialog, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(dialog, QPoint(0, 0)), widget.size())


def _is_field(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and not isinstance(widget, QAbstractButton)


def _covered(rects: list[QRect], place: QRect) -> int:
    return sum(place.intersects(rect) for rect in rects)
