"""Turns the design tokens into the application's palette, fonts and style sheet, and switches them at run time."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory
from shiboken6 import isValid

from desktop.widgets.style_sheet import render_style_sheet
from desktop.widgets.tokens import SchemeName, Tokens, load_tokens, resource_path

SMALLEST_SCALE = 90
LARGEST_SCALE = 150


class Scheme(StrEnum):
    """What the person chose: always light, always dark, or what the system says."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


@cache
def _tokens() -> Tokens:
    return load_tokens()


class Theme(QObject):
    """The look in force: ask it for colours, fonts and scaled lengths; ``changed`` tells that they are new."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        """Start with the system's scheme at 100 %; call ``apply`` to put it on the application."""
        super().__init__(app)
        self.tokens = _tokens()
        self.choice = Scheme.SYSTEM
        self.scale = 100
        self.high_contrast = False
        self.reduced_motion = False
        self.right_to_left = app.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self._app = app
        self._colours: dict[str, QColor] = {}
        self._fonts: dict[str, QFont] = {}
        self._metrics: dict[str, QFontMetricsF] = {}
        self._on: tuple[str, int, bool, str] | None = None
        _load_fonts()
        app.layoutDirectionChanged.connect(self._follow_direction)
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        self.high_contrast = hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast
        self._refresh()

    @property
    def scheme(self) -> SchemeName:
        """``light`` or ``dark``: what is on the screen now."""
        if self.choice is Scheme.SYSTEM:
            return "dark" if self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark else "light"
        return "dark" if self.choice is Scheme.DARK else "light"

    def colour(self, name: str) -> QColor:
        """Return a token's colour; a bare tone (``ok``) means its text colour. KeyError for an unknown name."""
        return self._colours[name]

    def font(self, step: str) -> QFont:
        """Return the font of a type step (``body``, ``small-strong``, ``title`` ...), scaled, with tabular figures."""
        return self._fonts[step]

    def metrics(self, step: str) -> QFontMetricsF:
        """Return the cached metrics of a type step's font."""
        return self._metrics[step]

    def px(self, length: float) -> int:
        """Scale a length that holds text (control and row heights) with the text size."""
        return round(length * self.scale / 100)

    def size(self, name: str) -> int:
        """Return a named size (``control``, ``row-table`` ...) scaled with the text size."""
        return self.px(self.tokens.sizes[name])

    def apply(
        self,
        scheme: Scheme | None = None,
        *,
        scale: int | None = None,
        high_contrast: bool | None = None,
        reduced_motion: bool | None = None,
    ) -> None:
        """Change any part of the look and repaint everything; the scale is in percent, kept within 90 to 150."""
        if scheme is not None:
            self.choice = Scheme(scheme)
        if scale is not None:
            self.scale = max(SMALLEST_SCALE, min(LARGEST_SCALE, scale))
        if high_contrast is not None:
            self.high_contrast = high_contrast
        if reduced_motion is not None:
            self.reduced_motion = reduced_motion
        self._app.styleHints().setColorScheme(_QT_SCHEMES[self.choice])
        if not self._is_on():
            self._refresh()
            self._put_on_application()
        self.changed.emit()

    def _is_on(self) -> bool:
        """Tell whether the application looks like this already: putting a look on meets every widget that there is."""
        app = self._app
        on = self._on == (self.scheme, self.scale, self.high_contrast, app.styleSheet()) and bool(app.styleSheet())
        return on and app.font() == self.font("body") and app.palette().color(_Role.Window) == self.colour("app")

    def _follow_direction(self, direction: Qt.LayoutDirection) -> None:
        self.right_to_left = direction is Qt.LayoutDirection.RightToLeft

    def _follow_system(self) -> None:
        if self.choice is Scheme.SYSTEM and self._app.styleSheet():
            self._refresh()
            self._put_on_application()
            self.changed.emit()

    def _refresh(self) -> None:
        values = dict(self.tokens.colours[self.scheme])
        if self.high_contrast:
            values["line"] = values["border"] = values["strong"]
        colours = {name: QColor(value) for name, value in values.items()}
        colours |= {tone: colours[f"{tone}.text"] for tone in self.tokens.tones}
        self._colours = colours
        self._fonts = {step: self._make_font(step) for step in self.tokens.type_steps}
        self._metrics = {step: QFontMetricsF(font) for step, font in self._fonts.items()}

    def _make_font(self, step: str) -> QFont:
        token = self.tokens.type_steps[step]
        display = token.size >= self.tokens.display_from
        font = QFont(list(self.tokens.display_families if display else self.tokens.text_families))
        font.setPixelSize(max(1, self.px(token.size)))
        font.setWeight(QFont.Weight(token.weight))
        font.setFeature(QFont.Tag("tnum"), 1)
        font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
        return font

    def _put_on_application(self) -> None:
        app = self._app
        if app.style().objectName().lower() != "fusion" and not app.styleSheet():
            app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(self.font("body"))
        app.setPalette(self._make_palette())
        app.setStyleSheet(render_style_sheet(self.tokens, self.colour, self.px))
        self._on = (self.scheme, self.scale, self.high_contrast, app.styleSheet())
        for widget in app.allWidgets():  # those that paint themselves have new sizes, too
            widget.updateGeometry()
            widget.update()

    def _make_palette(self) -> QPalette:
        palette = QPalette()
        for role, name in _PALETTE.items():
            palette.setColor(role, self.colour(name))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("strong"))
        return palette


_Role = QPalette.ColorRole
_PALETTE = {
    _Role.Window: "app",
    _Role.WindowText: "text",
    _Role.Base: "surface",
    _Role.AlternateBase: "sunken",
    _Role.Text: "text",
    _Role.Button: "raised",
    _Role.ButtonText: "text",
    _Role.BrightText: "bad",
    _Role.Highlight: "solid",
    _Role.HighlightedText: "white",
    _Role.Link: "accent",
    _Role.LinkVisited: "accent",
    _Role.ToolTipBase: "toast",
    _Role.ToolTipText: "toast-text",
    _Role.PlaceholderText: "muted",
    _Role.Accent: "accent",
    _Role.Light: "raised",
    _Role.Midlight: "line",
    _Role.Mid: "border",
    _Role.Dark: "strong",
    _Role.Shadow: "text",
}
_QT_SCHEMES = {
    Scheme.LIGHT: Qt.ColorScheme.Light,
    Scheme.DARK: Qt.ColorScheme.Dark,
    Scheme.SYSTEM: Qt.ColorScheme.Unknown,
}


@cache
def _load_fonts() -> None:
    for path in sorted(resource_path("fonts").glob("*.ttf")):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            message = f"The bundled font {path.name} cannot be read."
            raise OSError(message)


_holder: list[Theme] = []


def theme() -> Theme:
    """Return the application's theme, made and applied at the first call; needs a running QApplication."""
    if _holder and isValid(_holder[0]):
        return _holder[0]
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        message = "The theme needs a QApplication."
        raise TypeError(message)
    found = Theme(app)
    _holder[:] = [found]
    found.apply()
    return found
