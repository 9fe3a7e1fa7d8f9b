"""Films for tests, made by the real ffmpeg; without it the tests fail and name it.

`python -m tests.films` tells how many bytes copies of a minute of film have, and how long the machine works on them.
"""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from server.core.film_programs import Limits, film_programs, run_program
from server.core.film_recipes import asked_of_ffmpeg
from server.core.settings import Settings
from shared.core.film_quality import COPIES

HOW_TO_INSTALL = (
    "The tests need the program '{name}' and found none on this machine. On Debian or Ubuntu run"
    " 'apt-get install --no-install-recommends ffmpeg'; elsewhere put it on the PATH."
)
_CODECS = {
    "mp4": ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-movflags", "+faststart"),
    "mov": ("-c:v", "mjpeg", "-c:a", "pcm_s16le"),
    "avi": ("-c:v", "mpeg4", "-c:a", "mp2"),
    "webm": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
}


def film_program(name: str = "ffmpeg") -> str:
    """Where a program is. Raises RuntimeError that says how to get it."""
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(HOW_TO_INSTALL.format(name=name))
    return found


@cache
def film(kind: str = "mp4", *, seconds: float = 2, size: str = "320x240", rate: str = "2500k") -> bytes:
    """A film of noise and a tone, which no packer makes small: `rate` is its bits a second, about."""
    pictures = f"nullsrc=s={size}:r=10:d={seconds},geq=random(1)*255:128:128"
    return made(
        kind, "-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", f"sine=440:d={seconds}", "-pix_fmt",
        "yuvj420p" if kind == "mov" else "yuv420p", *_CODECS[kind], "-b:v", rate, "-t", str(seconds),
    )  # fmt: skip


def made(kind: str, *asked: str) -> bytes:
    """What ffmpeg makes of what it is asked."""
    with TemporaryDirectory(prefix="films") as folder:
        place = Path(folder) / f"film.{kind}"
        words = [film_program(), "-v", "error", "-nostdin", *asked, "-threads", "1", str(place)]
        subprocess.run(words, check=True, stdin=subprocess.DEVNULL)
        return place.read_bytes()


def told(content: bytes, entries: str) -> list[str]:
    """What ffprobe says of a film: its `entries`, a line each."""
    with TemporaryDirectory(prefix="films") as folder:
        place = Path(folder) / "film"
        place.write_bytes(content)
        words = [film_program("ffprobe"), "-v", "error", "-show_entries", entries, "-of", "default=nw=1:nk=1"]
        return subprocess.run([*words, str(place)], check=True, capture_output=True, text=True).stdout.split()


def main() -> None:
    """Measure a minute of moving pictures, 1280 x 720 at 25 a second, as a camera packs them."""
    pictures = "testsrc2=s=1280x720:r=25:d=60,noise=alls=12:allf=t"
    content = made("mp4", "-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", "sine=440:d=60", "-c:v", "libx264",
                   "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-b:v", "6000k", "-c:a", "aac")  # fmt: skip
    programs = film_programs("ffmpeg", "ffprobe")
    print(f"original {len(content):>11,} bytes {len(content) * 8 // 60_000:>6} kbit/s")
    with TemporaryDirectory(prefix="films") as folder:
        film = Path(folder) / "film"
        film.write_bytes(content)
        for quality in COPIES:
            copy = Path(folder) / quality
            asked = asked_of_ffmpeg(programs, Settings(data_dir=Path(folder)), quality, "mp4", film, copy)
            before = os.times()
            ended = run_program(asked, Limits(3_600), lambda: False, lambda _line: None)
            after = os.times()
            seconds = sum(after[2:4]) - sum(before[2:4])
            size = copy.stat().st_size
            told = f"{quality:8} {size:>11,} bytes {size * 8 // 60_000:>6} kbit/s"
            print(f"{told} {seconds:>6.1f} s of one core, {ended}")


if __name__ == "__main__":
    main()
