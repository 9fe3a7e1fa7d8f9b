"""Photos of people as the screens paint them: read from the store once, cut to a circle, kept until they change."""

from __future__ import annotations

import base64
import binascii
from collections import OrderedDict

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap

from desktop.core.local_store import Changed, LocalStore
from desktop.shell.page import follow
from desktop.widgets.avatar import draw_photo
from shared.people.photos import photo_id
from shared.people.vocabulary import PERSON_PHOTO

_MOST = 400


def photo_of(store: LocalStore, person_id: str) -> QImage | None:
    """Return someone's photo, None where there is none or it can't be read."""
    body = store.get(PERSON_PHOTO, photo_id(person_id)) if PERSON_PHOTO in store.area.kinds else None
    packed = (body or {}).get("jpeg_base64")
    if not packed:
        return None
    try:
        content = base64.b64decode(packed, validate=True)
    except binascii.Error:
        return None
    image = QImage.fromData(content)
    return None if image.isNull() else image


class PhotoBook(QObject):
    """Circles with photos by person, size and sharpness; ``changed`` tells that some must be painted anew."""

    changed = Signal()

    def __init__(self, store: LocalStore, owner: QObject) -> None:
        super().__init__(owner)
        self._store = store
        self._circles: OrderedDict[tuple[str, int, float], QPixmap | None] = OrderedDict()
        follow(store, self, self._forget)

    def _forget(self, changed: Changed) -> None:
        if PERSON_PHOTO in changed.kinds:
            self._circles.clear()
            self.changed.emit()

    def circle(self, person_id: str, side: int, ratio: float) -> QPixmap | None:
        """Return the photo as a circle of `side` px, None for someone without one."""
        key = (person_id, side, ratio)
        if key in self._circles:
            self._circles.move_to_end(key)
            return self._circles[key]
        image = photo_of(self._store, person_id)
        made = None if image is None else _cut(image, side, ratio)
        self._circles[key] = made
        while len(self._circles) > _MOST:
            self._circles.popitem(last=False)
        return made


def _cut(image: QImage, side: int, ratio: float) -> QPixmap:
    made = QPixmap(round(side * ratio), round(side * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    draw_photo(painter, QRectF(0, 0, side, side), QPixmap.fromImage(image))
    painter.end()
    return made
