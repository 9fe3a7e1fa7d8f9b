"""Makes the three sounds of scanning, bit for bit the same each time: `python -m desktop.attendance.tones`."""

import io
import math
import struct
import wave

from desktop.widgets.tokens import resource_path

RATE = 44_100
_LOUDNESS = 0.5
_EDGE = 0.006
"""Seconds in which a tone swells and fades, so that it doesn't click."""
Tone = tuple[float, float]
"""Pitch in hertz (0: silence) and length in seconds."""

SOUNDS: dict[str, tuple[Tone, ...]] = {
    "read": ((1760.0, 0.07),),
    "accepted": ((659.26, 0.09), (880.0, 0.09), (1174.66, 0.16)),
    "refused": ((220.0, 0.14), (0.0, 0.07), (220.0, 0.2)),
}
"""One beep when a code is read, a rising chime when it is accepted, a low double tone when it is not."""


def samples(tones: tuple[Tone, ...]) -> list[int]:
    """Return tones one after the other as 16-bit samples."""
    found: list[int] = []
    for pitch, seconds in tones:
        count = round(RATE * seconds)
        for at in range(count):
            edge = min(1.0, at / (RATE * _EDGE), (count - 1 - at) / (RATE * _EDGE))
            swing = math.sin(2 * math.pi * pitch * at / RATE) if pitch else 0.0
            found.append(round(32_767 * _LOUDNESS * edge * swing))
    return found


def wav(name: str) -> bytes:
    """Return a sound as the bytes of a mono WAV file; KeyError for one that doesn't exist."""
    sound = samples(SOUNDS[name])
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(struct.pack(f"<{len(sound)}h", *sound))
    return file.getvalue()


def main() -> None:
    """Write all sounds into the resources."""
    folder = resource_path("sounds")
    folder.mkdir(exist_ok=True)
    for name in SOUNDS:
        (folder / f"{name}.wav").write_bytes(wav(name))


if __name__ == "__main__":
    main()
