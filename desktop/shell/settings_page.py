"""The settings page: how it looks, this computer and its server, keys, language, and what this program is."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core import meta
from desktop.core.certificates import OfficeCertificate
from desktop.core.desk import Desk
from desktop.core.settings import Settings
from desktop.core.signed_in import SignedIn
from desktop.shell.page import tell
from desktop.shell.preferences import Preferences
from desktop.shell.receipt_words import lease_end
from desktop.shell.times import instant_words, local_now, moment_words, zone_of
from desktop.shell.videos_card import VideosCard
from desktop.widgets.buttons import Button, Kind, danger
from desktop.widgets.card import Card
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import FactGrid, PageHead, ScrollColumn
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.text_field import TextField

SIZES = (90, 100, 110, 120, 130, 150)


def own_version() -> str:
    """Return this program's version."""
    try:
        return version("campusdesk")
    except PackageNotFoundError:
        return "0.0.0"  # run from a folder without being installed


class SettingsPage(ScrollColumn):
    """Everything takes effect at once; nothing has to be saved."""

    def __init__(
        self,
        desk: Desk,
        preferences: Preferences,
        signed_in: SignedIn | None = None,
        rebuild: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(most=760)
        self._desk, self.preferences, self._signed_in = desk, preferences, signed_in
        self._rebuild = rebuild
        self.setWindowTitle(self.tr("Settings"))
        self.body.addWidget(PageHead(self.tr("Settings"), self.tr("For you on this computer.")))
        self.body.addWidget(self._make_look())
        self.body.addWidget(self._make_keys())
        self.body.addWidget(self._make_scanning())
        self.videos = VideosCard(desk)
        self.body.addWidget(self.videos)
        self.body.addWidget(self._make_computer())
        self.body.addWidget(self._make_about())
        self.body.addStretch(1)
        preferences.changed.connect(self._show)
        self._show()

    # ------------------------------------------------------------------------------------------------------ look

    def _make_look(self) -> Card:
        card = Card(self.tr("Appearance"))
        self.scheme = Segmented(
            (
                Segment("system", self.tr("As the system"), "monitor"),
                Segment("light", self.tr("Light"), "sun"),
                Segment("dark", self.tr("Dark"), "moon"),
            ),
            name=self.tr("Theme"),
        )
        self.scheme.chosen_changed.connect(lambda chosen: self._change(theme=chosen))
        card.add(_labelled(self.tr("Theme"), self.scheme))
        self.text_size = Combo([(str(size), f"{size} %") for size in SIZES], name=self.tr("Text size"))
        self.text_size.keeps = False
        self.text_size.activated.connect(lambda _index: self._change(text_size=int(self.text_size.chosen or 100)))
        card.add(_labelled(self.tr("Text size"), self.text_size))
        self.contrast = Check(self.tr("High contrast"))
        self.contrast.clicked.connect(lambda on: self._change(high_contrast=on))
        card.add(self.contrast)
        self.motion = Check(self.tr("Reduced motion"))
        self.motion.clicked.connect(lambda on: self._change(reduced_motion=on))
        card.add(self.motion)
        self.language = Combo([("en", "English")], name=self.tr("Language"))
        card.add(_labelled(self.tr("Language"), self.language))
        return card

    def _make_keys(self) -> Card:
        card = Card(self.tr("Keys"))
        self.letters = Check(self.tr("Single letters mark and move: P, L, A, E on a register"))
        self.letters.clicked.connect(lambda on: self._change(letter_keys=on))
        card.add(self.letters)
        words = self.tr("They work only while the register has the focus, never in a text field.")
        card.add(Label(words, "small", "muted", wrap=True))
        return card

    def _make_scanning(self) -> Card:
        card = Card(self.tr("Scanning"))
        self.sounds = Check(self.tr("Sounds when a card is read, accepted or refused"))
        self.sounds.clicked.connect(lambda on: self._change(scan_sounds=on))
        card.add(self.sounds)
        words = self.tr("For the register and the kiosk, from the next time they are opened.")
        card.add(Label(words, "small", "muted", wrap=True))
        return card

    # ------------------------------------------------------------------------------------------------------ computer

    def _make_computer(self) -> Card:
        card = Card(self.tr("This computer"))
        self.device = TextField(self.preferences.settings.device_name or "")
        self.device.setMaxLength(100)
        hint = self.tr("Others see it beside what you save here. It counts from the next sign-in on.")
        self.device.editingFinished.connect(self._rename)
        card.add(Field(self.tr("Name"), self.device, hint=hint))
        self.facts = FactGrid(2)
        card.add(self.facts)
        if self._rebuild is not None:
            row = QHBoxLayout()
            row.addWidget(danger(self.tr("Rebuild the local copy"), "refresh-cw", self._ask_rebuild))
            row.addStretch(1)
            card.add(row)
            words = self.tr("Fetches everything from the server again. What isn't sent yet is kept.")
            card.add(Label(words, "small", "muted", wrap=True))
        return card

    def _show_facts(self) -> None:
        signed_in, store = self._signed_in, self._desk.store
        now, zone = local_now(self._desk), zone_of(self._desk)
        if signed_in is not None:
            profile = signed_in.profile
            self.facts.set_fact(self.tr("Institute"), profile.organisation_name)
            self.facts.set_fact(self.tr("Server"), profile.server)
            server = self.preferences.settings.server(profile.server, profile.organisation)
            pinned = bool(server and server.certificate and server.pin)
            office = OfficeCertificate(server.certificate or "", server.pin or "") if server and pinned else None
            words = office.fingerprint if office else self.tr("Not needed: the server is on this computer")
            self.facts.set_fact(self.tr("Fingerprint of the office's certificate"), words)
            end = lease_end(signed_in)
            self.facts.set_fact(
                self.tr("Work without the server until"), moment_words(end.astimezone(zone), now) if end else ""
            )
            self.facts.set_fact(
                self.tr("Keychain"), signed_in.keys.says_so or self.tr("In use: it guards the key to your work")
            )
        last = store.recall(meta.LAST_SYNC)
        self.facts.set_fact(self.tr("Last contact with the server"), instant_words(last, zone, now) if last else "")
        self.facts.set_fact(self.tr("Local copy"), size_words(store_bytes(store.path)))

    def _ask_rebuild(self) -> None:
        dialog = Dialog(self.window(), self.tr("Rebuild the local copy"), icon="refresh-cw", width=460)
        words = self.tr("Everything is fetched from the server again, which takes a minute and needs the network. What"
                        " isn't sent yet is kept and sent first.")  # fmt: skip
        dialog.add(Label(words, wrap=True))
        dialog.add_cancel()

        def go() -> None:
            dialog.accept()
            if self._rebuild is not None:
                self._rebuild()
                tell(self, self.tr("Fetching everything again"))

        dialog.add_button(Button(self.tr("Rebuild the local copy"), kind=Kind.PRIMARY, on_click=go))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _make_about(self) -> Card:
        card = Card(self.tr("About"))
        card.add(Label(self.tr("Campusdesk {version}").format(version=own_version()), "body-medium"))
        words = self.tr("Free software under the MIT licence. Icons by Lucide, letters by Inter and Noto Sans, each"
                        " under its own free licence.")  # fmt: skip
        card.add(Label(words, "small", "muted", wrap=True))
        return card

    # ------------------------------------------------------------------------------------------------------ changing

    def _show(self) -> None:
        chosen: Settings = self.preferences.settings
        self.scheme.blockSignals(True)
        self.scheme.choose(chosen.theme)
        self.scheme.blockSignals(False)
        if not self.text_size.choose(str(chosen.text_size)):
            self.text_size.set_choices([(str(size), f"{size} %") for size in sorted({*SIZES, chosen.text_size})])
            self.text_size.choose(str(chosen.text_size))
        self.contrast.setChecked(bool(chosen.high_contrast))
        self.motion.setChecked(bool(chosen.reduced_motion))
        self.letters.setChecked(chosen.letter_keys)
        self.sounds.setChecked(chosen.scan_sounds)
        self._show_facts()

    def _change(self, **fields: object) -> None:
        self.preferences.change(**fields)

    def _rename(self) -> None:
        name = self.device.text().strip()
        if name != self.preferences.settings.device_name:
            self.preferences.change(device_name=name)


def _labelled(label: str, control: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(4)
    words = Label(label, "small-medium", "text2")
    words.setBuddy(control)
    row = QHBoxLayout()
    row.addWidget(control)
    row.addStretch(1)
    column.addWidget(words)
    column.addLayout(row)
    return column


def store_bytes(path: Path) -> int:
    """Return how much room the local store takes, its journal and log included."""
    parts = [path, *(path.with_name(path.name + end) for end in ("-wal", "-shm")), path.with_suffix(".outbox")]
    return sum(part.stat().st_size for part in parts if part.exists())


def size_words(size: int) -> str:
    """Return "12.4 MB"."""
    return f"{size / 1_000_000:,.1f} MB"
