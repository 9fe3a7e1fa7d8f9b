"""Reading cards from pictures, and a camera that comes and goes; real codes, real decoding, fed pictures."""

# ruff: noqa: N802, N815 - the system's names, which the source under test calls

import sys
import wave
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from reportlab.graphics.barcode.code39 import Standard39

from desktop.attendance import tones
from desktop.attendance.sounds import ACCEPTED, READ, REFUSED, Sounds
from desktop.widgets.background import wait_for_background
from desktop.widgets.camera_reader import BETWEEN_PICTURES, SAME_CARD, SILENCE, CameraReader
from desktop.widgets.decoding import decode
from desktop.widgets.frame_source import CameraSource
from desktop.widgets.multimedia import load_multimedia
from desktop.widgets.tokens import resource_path
from shared.core.clock import ManualClock
from shared.people.id_card import qr_text
from tests.attendance.card_pictures import bars, blurred, mirrored, picture, qr
from tests.attendance.fed_camera import FedSource
from tests.desks import ORGANISATION

CARD = qr_text(ORGANISATION, "S-004188")
PICTURES = {
    "straight": picture(qr(CARD)),
    "turned": picture(qr(CARD), angle=17),
    "upside down": picture(qr(CARD), angle=180),
    "small": picture(qr(CARD), scale=0.6),
    "out of focus": blurred(picture(qr(CARD)), 2),
    "dark": picture(qr(CARD), light=90),
    "mirrored": mirrored(picture(qr(CARD))),
    "from a large sensor": picture(qr(CARD, scale=18), wide=3840, high=2160),
}


@pytest.mark.parametrize("frame", PICTURES.values(), ids=PICTURES.keys())
def test_a_card_in_view_is_read(frame):
    found = decode(frame)
    assert found is not None
    assert found.text == CARD
    assert all(0 <= point.x() <= 1 and 0 <= point.y() <= 1 for point in found.corners)


@pytest.mark.parametrize(
    "form",
    [
        QImage.Format.Format_RGB32,
        QImage.Format.Format_ARGB32,
        QImage.Format.Format_ARGB32_Premultiplied,
        QImage.Format.Format_RGBA8888,
        QImage.Format.Format_RGBA8888_Premultiplied,
        QImage.Format.Format_RGBX8888,
        QImage.Format.Format_RGB888,
        QImage.Format.Format_Grayscale8,
        QImage.Format.Format_RGB16,
    ],
)
def test_every_format_of_a_picture_that_a_camera_may_give_is_read(form):
    assert decode(PICTURES["turned"].convertToFormat(form)).text == CARD


@pytest.mark.parametrize("code", [bars("S-004188"), bars("S-004188", Standard39)], ids=["Code 128", "Code 39"])
@pytest.mark.parametrize("angle", [0, 5, 90])
def test_a_barcode_is_read(code, angle):
    assert decode(picture(code, angle=angle)).text == "S-004188"


def test_a_picture_without_a_code_and_no_picture_give_nothing():
    empty = QImage(1280, 720, QImage.Format.Format_RGB32)
    empty.fill(0)
    assert decode(empty) is None
    assert decode(QImage()) is None


def test_a_torn_barcode_gives_nothing():
    code = bars("S-004188")
    assert decode(picture(code.copy(0, 0, code.width() * 2 // 3, code.height()))) is None


@pytest.fixture
def camera(qapp):
    clock = ManualClock()
    source = FedSource()
    made = CameraReader(source, clock.monotonic)
    made.clock, made.source, made.heard, made.problems, made.pictures = clock, source, [], [], []
    made.read.connect(made.heard.append)
    made.problem.connect(made.problems.append)
    made.shown.connect(lambda image, found: made.pictures.append(found))
    yield made
    made.stop()
    made.deleteLater()


def feed(camera, qapp, frame, after=BETWEEN_PICTURES):
    camera.clock.advance(after)
    camera.source.frame.emit(frame)
    wait_for_background()
    qapp.processEvents()


def test_a_card_held_to_the_camera_is_one_scan(camera, qapp):
    camera.start()
    for _ in range(8):
        feed(camera, qapp, PICTURES["straight"])
    assert camera.heard == [CARD]
    assert camera.pictures[-1].text == CARD, "and its place is shown"


def test_the_same_card_again_after_a_while_is_another_scan(camera, qapp):
    camera.start()
    feed(camera, qapp, PICTURES["straight"])
    feed(camera, qapp, PICTURES["turned"], after=SAME_CARD)
    assert camera.heard == [CARD, CARD]


def test_the_next_card_works_at_once(camera, qapp):
    camera.start()
    feed(camera, qapp, PICTURES["straight"])
    feed(camera, qapp, picture(bars("S-004172")))
    assert camera.heard == [CARD, "S-004172"]


def test_at_most_ten_pictures_a_second_are_looked_at(camera, qapp, monkeypatch):
    looked = []
    monkeypatch.setattr("desktop.widgets.camera_reader.decode", lambda image: looked.append(1))
    camera.start()
    for _ in range(120):
        feed(camera, qapp, PICTURES["straight"], after=1 / 60)
    assert len(looked) <= 20
    assert len(looked) >= 15
    assert len(camera.pictures) == 120, "the preview shows them all"


def test_a_picture_that_comes_while_one_is_looked_at_is_let_go(camera, qapp):
    camera.start()
    camera.clock.advance(1)
    camera.source.frame.emit(PICTURES["straight"])
    camera.clock.advance(1)
    camera.source.frame.emit(picture(bars("S-004172")))
    wait_for_background()
    qapp.processEvents()
    assert camera.heard == [CARD]


def test_a_camera_that_vanishes_is_told_and_coming_back_is_told_too(camera, qapp):
    camera.start()
    feed(camera, qapp, PICTURES["straight"])
    camera.source.lost.emit("The camera stopped. Plug it in again.")
    assert camera.trouble == "The camera stopped. Plug it in again."
    feed(camera, qapp, picture(bars("S-004172")), after=30)
    assert camera.problems == ["The camera stopped. Plug it in again.", ""]
    assert camera.heard == [CARD, "S-004172"]


def test_pictures_that_stop_coming_without_a_word_are_told(camera, qapp):
    camera.start()
    feed(camera, qapp, PICTURES["straight"])
    camera.clock.advance(SILENCE - 0.5)
    camera.check_silence()
    assert camera.problems == []
    camera.clock.advance(1)
    camera.check_silence()
    assert camera.problems == ["The camera stopped. Plug it in again."]


def test_when_it_is_off_nothing_is_read_and_the_device_is_let_go(camera, qapp):
    camera.start()
    assert camera.source.on
    camera.stop()
    assert not camera.source.on
    feed(camera, qapp, PICTURES["straight"])
    camera.source.lost.emit("The camera stopped. Plug it in again.")
    assert (camera.heard, camera.problems, camera.pictures) == ([], [], [])


class Devices(QObject):
    """The cameras of a computer, as the system lists them."""

    videoInputsChanged = Signal()
    inputs = ()

    @classmethod
    def videoInputs(cls):
        return list(cls.inputs)


class Camera(QObject):
    """A camera that notes whether it runs."""

    errorOccurred = Signal(object, str)
    running = 0

    def __init__(self, device, parent):
        super().__init__(parent)
        self.device = device

    def start(self):
        Camera.running += 1

    def stop(self):
        Camera.running -= 1


class Sink(QObject):
    """Takes what a camera sees."""

    videoFrameChanged = Signal(object)


class Session(QObject):
    """Joins a camera and a sink."""

    def setCamera(self, camera):
        self.camera = camera

    def setVideoSink(self, sink):
        self.sink = sink


@pytest.fixture
def plugged(qapp, monkeypatch):
    """A source on a computer whose cameras the test plugs in and out."""
    media = SimpleNamespace(QMediaDevices=Devices, QCamera=Camera, QVideoSink=Sink, QMediaCaptureSession=Session)
    monkeypatch.setattr("desktop.widgets.frame_source.load_multimedia", lambda: media)
    Devices.inputs, Camera.running = (), 0
    source = CameraSource()
    source.said, source.seen = [], []
    source.lost.connect(source.said.append)
    source.frame.connect(source.seen.append)

    def plug(*cameras):
        Devices.inputs = cameras
        source._devices.videoInputsChanged.emit()

    source.plug = plug
    yield source
    source.stop()
    assert Camera.running == 0


def test_a_computer_without_a_camera_says_so_and_takes_one_that_is_plugged_in(plugged):
    plugged.start()
    assert plugged.said == ["No camera is connected. Plug one in, or use a handheld reader."]
    plugged.plug("usb")
    assert (Camera.running, plugged._camera.device) == (1, "usb")


def test_a_camera_pulled_out_is_told_and_begins_anew_when_it_is_back(plugged):
    Devices.inputs = ("usb",)
    plugged.start()
    plugged.plug()
    assert plugged.said == ["The camera stopped. Plug it in again."]
    assert Camera.running == 0
    plugged.plug("usb")
    assert Camera.running == 1


def test_a_camera_that_another_program_has_is_told(plugged):
    Devices.inputs = ("usb",)
    plugged.start()
    plugged._camera.errorOccurred.emit(1, "Device or resource busy")
    assert plugged.said == ["The camera can't be used. Close other programs that use it, or plug it in again."]


def test_pictures_are_passed_on_at_the_preview_s_pace(plugged):
    Devices.inputs = ("usb",)
    plugged.start()
    frame = SimpleNamespace(toImage=lambda: PICTURES["straight"])
    for _ in range(5):
        plugged._sink.videoFrameChanged.emit(frame)
    assert len(plugged.seen) == 1
    plugged._resting.stop()
    plugged._sink.videoFrameChanged.emit(SimpleNamespace(toImage=QImage))
    assert len(plugged.seen) == 1, "an empty picture is none"


def test_the_systems_cameras_are_loaded_at_first_use(qapp):
    assert load_multimedia().QMediaDevices.videoInputs() is not None


def test_a_system_without_support_for_cameras_says_so(qapp, qtbot, monkeypatch):
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    source = CameraSource()
    with qtbot.waitSignal(source.lost) as said:
        source.start()
    assert "handheld reader" in said.args[0]
    sounds = Sounds()
    sounds.play(READ)
    assert sounds.played == [READ]


@pytest.mark.parametrize("name", [READ, ACCEPTED, REFUSED])
def test_the_sounds_are_what_the_script_makes(name):
    path = resource_path("sounds", f"{name}.wav")
    assert path.read_bytes() == tones.wav(name)
    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 44_100)
        assert 0.05 < sound.getnframes() / sound.getframerate() < 0.6


def test_the_script_writes_them(tmp_path, monkeypatch):
    monkeypatch.setattr(tones, "resource_path", tmp_path.joinpath)
    tones.main()
    assert {path.name for path in (tmp_path / "sounds").iterdir()} == {"read.wav", "accepted.wav", "refused.wav"}


def test_tones_swell_and_fade_without_a_click_and_never_overflow():
    for name, parts in tones.SOUNDS.items():
        found = tones.samples(parts)
        assert found[0] == found[-1] == 0, name
        assert max(map(abs, found)) <= 32_767 // 2 + 1


def test_a_result_sounds_just_after_the_beep(qtbot):
    sounds = Sounds(on=False)
    sounds.play(READ)
    sounds.play_result(good=True)
    assert sounds.played == [READ]
    qtbot.waitUntil(lambda: sounds.played == [READ, ACCEPTED])
    sounds.play_result(good=False)
    qtbot.waitUntil(lambda: sounds.played[-1] == REFUSED)
