"""Recording with the system's own recorder, fed by devices of the test; without a device there is a sentence."""

import sys

import pytest

from desktop.grading.preview_loading import load_preview
from desktop.grading.preview_player import PlayerView
from desktop.grading.recorder import Inputs, Recorder, ending_for
from shared.core.file_contents import Sample
from shared.core.file_types import check_file
from tests.grading.fed_recorder import FedInputs

ROOM = 50_000_000
# The fed camera tells no rate of pictures, and there is no video card to turn them: both are said, neither matters.
pytestmark = pytest.mark.qt_log_ignore("Invalid frameRate 0", "No RHI backend", "pa_context_connect")


@pytest.fixture
def recorder_of(qapp, qtbot):
    made = []

    def make(inputs):
        recorder = Recorder(inputs)
        recorder.takes, recorder.told = [], []
        recorder.finished.connect(recorder.takes.append)
        recorder.failed.connect(recorder.told.append)
        made.append(recorder)
        return recorder

    yield make
    for one in made:
        one.close()


def recorded(recorder, inputs, qtbot, *, pictures, most=ROOM):
    assert recorder.start(most, pictures=pictures)
    qtbot.waitUntil(lambda: inputs.sent >= inputs.pieces, timeout=20_000)
    recorder.stop()
    qtbot.waitUntil(lambda: not recorder.is_on, timeout=10_000)
    return recorder.takes


@pytest.mark.parametrize("pictures", [False, True])
def test_a_recording_is_a_file_that_may_be_handed_in_and_is_played_here(recorder_of, qtbot, pictures):
    inputs = FedInputs(pieces=20)
    (take,) = recorded(recorder_of(inputs), inputs, qtbot, pictures=pictures)
    name = f"Recording.{take.ending}"
    word = check_file(name, Sample.of(take.content))
    assert word in ({"mp4", "mov", "webm", "avi"} if pictures else {"m4a", "ogg", "wav", "mp3"})
    assert take.milliseconds >= 1000
    assert not take.full
    assert not inputs.attached, "the devices are let go"
    loaded, player = [], PlayerView()
    qtbot.addWidget(player)
    load_preview(name, take.content, loaded.append, player)
    qtbot.waitUntil(lambda: bool(loaded), timeout=5000)
    assert loaded[0].recording == take.content
    with qtbot.waitSignal(player.ready, timeout=10_000):
        player.load(name, take.content)
    assert player.player.hasVideo() is pictures
    player.close_media()


def test_without_a_device_there_is_a_sentence_and_nothing_is_on(recorder_of):
    recorder = recorder_of(None)
    assert not recorder.start(ROOM, pictures=False)
    assert recorder.told == ["No microphone is connected. Plug one in, or add a recording as a file."]
    assert not recorder.is_on


def test_inputs_that_give_nothing_say_so(recorder_of):
    recorder = recorder_of(Inputs())
    assert not recorder.start(ROOM, pictures=True)
    assert recorder.told == ["Nothing is connected to record with."]


def test_without_the_systems_media_there_is_a_sentence(recorder_of, monkeypatch):
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    recorder = recorder_of(FedInputs())
    assert not recorder.start(ROOM, pictures=False)
    assert recorder.told == ["This computer's system can't record. Add a recording as a file."]


def test_a_silent_device_makes_no_file(recorder_of, qtbot):
    recorder = recorder_of(FedInputs(pieces=0))
    assert recorder.start(ROOM, pictures=False)
    recorder.stop()
    qtbot.waitUntil(lambda: not recorder.is_on, timeout=10_000)
    assert recorder.takes == []
    assert recorder.told == ["Nothing was recorded. Look whether the microphone is on, then record again."]


def test_what_is_thrown_away_is_gone(recorder_of, qtbot):
    inputs = FedInputs(pieces=10)
    recorder = recorder_of(inputs)
    recorder.start(ROOM, pictures=False)
    qtbot.waitUntil(lambda: inputs.sent >= 10, timeout=20_000)
    recorder.throw_away()
    qtbot.waitUntil(lambda: not recorder.is_on, timeout=10_000)
    assert (recorder.takes, recorder.told) == ([], [])


def test_it_ends_by_itself_before_it_is_too_large(recorder_of, qtbot):
    inputs = FedInputs(pieces=400)
    recorder = recorder_of(inputs)
    assert recorder.start(40_000, pictures=False)
    qtbot.waitUntil(lambda: not recorder.is_on, timeout=20_000)
    (take,) = recorder.takes
    assert take.full
    assert len(take.content) < 400 * 4410


def test_a_device_that_goes_ends_the_recording_and_what_there_is_is_kept(recorder_of, qtbot):
    inputs = FedInputs(pieces=20)
    recorder = recorder_of(inputs)
    recorder.start(ROOM, pictures=False)
    qtbot.waitUntil(lambda: inputs.sent >= 20, timeout=20_000)
    inputs.lost.emit("The camera stopped.")
    qtbot.waitUntil(lambda: not recorder.is_on, timeout=10_000)
    assert recorder.told == ["The camera stopped."]
    assert len(recorder.takes) == 1


def test_leaving_waits_until_it_is_kept(recorder_of, qtbot):
    inputs = FedInputs(pieces=20)
    recorder = recorder_of(inputs)
    recorder.start(ROOM, pictures=False)
    qtbot.waitUntil(lambda: inputs.sent >= 20, timeout=20_000)
    recorder.finish_now()
    assert len(recorder.takes) == 1
    recorder.finish_now()  # nothing is on any more
    assert len(recorder.takes) == 1


@pytest.mark.parametrize(
    ("content", "pictures", "ending"),
    [
        (b"\x00\x00\x00\x1cftypisom", True, "mp4"),
        (b"\x00\x00\x00\x1cftypisom", False, "m4a"),
        (b"OggS\x00\x02", False, "ogg"),
        (b"\x00\x01\x02", False, ""),
    ],
)
def test_a_recording_is_named_by_what_it_is(content, pictures, ending):
    assert ending_for(content, pictures=pictures) == ending
