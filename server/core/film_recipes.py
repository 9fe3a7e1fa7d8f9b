"""What ffprobe says of a film, whether a copy of it helps anybody, and what ffmpeg is asked for one."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from server.core.film_programs import FilmPrograms
from server.core.settings import Settings
from shared.core.film_quality import FilmQuality
from shared.core.text import text

# The reader of each kind is named, so that no playlist inside a file is followed to other files or addresses.
READERS = {"mp4": "mov", "mov": "mov", "webm": "matroska", "avi": "avi"}
_NO_REFERENCES = ("-enable_drefs", "0", "-use_absolute_path", "0")
"""Of a film in boxes: its sound and pictures are in it, never in another file that it names."""
MOST_PIXELS = 3_840 * 2_160
MOST_MEMORY = 256_000_000
_PROFILES = frozenset({"Constrained Baseline", "Baseline", "Main", "High"})
_COLOURS = frozenset({"yuv420p", "yuvj420p"})
_SOUNDS = frozenset({"", "aac", "mp3"})
_HELPS = 0.9
"""A copy is kept where it has at most this share of the film's bytes."""
_ENOUGH = 0.9
"""A copy that ends before this share of the film's length was made of a film that is cut."""
_SPARE_SECONDS = 1.0
_SMALL_SOUND, _STANDARD_SOUND = 48, 128
_STANDARD_SIDE, _STANDARD_RATE = 1_080, 4_000


class Reason(StrEnum):
    """Why there is no copy."""

    NEEDLESS = "needless"
    UNREAD = "unread"
    CUT = "cut"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    TOO_SLOW = "too_slow"
    GONE = "gone"


TOLD = frozenset({Reason.UNREAD, Reason.CUT, Reason.TOO_LARGE})
"""What whoever brought the film in can mend."""


def reason_words(reason: str) -> str:
    """Return the sentence for a reason, empty for a word that is none."""
    return {
        "needless": text("The original is small enough, and plays as it is."),
        "unread": text("The server can't read this video. It is damaged, or isn't whole."),
        "cut": text("This video ends before its time: a part of it is missing."),
        "too_large": text("The picture of this video has more dots than the server works on."),
        "too_long": text("This video lasts longer than those that the server makes smaller."),
        "too_slow": text("The server couldn't make a smaller video of it in the time that it has for one."),
        "gone": text("The video isn't in the store. Bring it back from a backup."),
    }.get(reason, "")


@dataclass(frozen=True)
class Film:
    """What stands in a film's head: its length in seconds (0: not told), dots, and how it is packed."""

    seconds: float
    width: int
    height: int
    codec: str
    profile: str
    colours: str
    sound: str
    """The codec of its sound, empty without."""

    @property
    def short_side(self) -> int:
        """The smaller of width and height: a film that was taken upright counts as one that lies."""
        return min(self.width, self.height)


def asked_of_probe(programs: FilmPrograms, kind: str, film: Path) -> list[str]:
    """Return the command that tells of a film as JSON."""
    shown = "format=duration:stream=codec_type,codec_name,profile,width,height,pix_fmt:stream_disposition=attached_pic"
    return [
        programs.ffprobe, "-hide_banner", "-v", "quiet", "-max_alloc", str(MOST_MEMORY), "-print_format", "json=c=1",
        "-show_entries", shown, "-protocol_whitelist", "file", *_opened(kind), f"file:{film}",
    ]  # fmt: skip


def _opened(kind: str) -> list[str]:
    reader = READERS[kind]
    return ["-f", reader, *(_NO_REFERENCES if reader == "mov" else ()), "-i"]


def read_film(told: str) -> Film | None:
    """Return what a probe told, None where it saw no film."""
    try:
        found = orjson.loads(told)
        streams = [one for one in found.get("streams", ()) if isinstance(one, dict)]
    except (ValueError, AttributeError):
        return None
    pictures = [one for one in streams if one.get("codec_type") == "video" and not _is_cover(one)]
    if not pictures or not _count(pictures[0].get("width")) or not _count(pictures[0].get("height")):
        return None
    first = pictures[0]
    sounds = [str(one.get("codec_name", "")) for one in streams if one.get("codec_type") == "audio"]
    return Film(
        seconds=_seconds(found.get("format", {}).get("duration")),
        width=_count(first.get("width")),
        height=_count(first.get("height")),
        codec=str(first.get("codec_name", "")),
        profile=str(first.get("profile", "")),
        colours=str(first.get("pix_fmt", "")),
        sound=next(iter(sounds), ""),
    )


def _is_cover(stream: dict[str, Any]) -> bool:
    return bool(stream.get("disposition", {}).get("attached_pic"))


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _seconds(value: object) -> float:
    try:
        seconds = float(str(value))
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < float("inf") else 0.0


def why_none(settings: Settings, quality: FilmQuality, film: Film | None, size: int) -> Reason | None:
    """Return why no copy is made of a film of `size` bytes, None where one is."""
    if film is None:
        return Reason.UNREAD
    if film.width * film.height > MOST_PIXELS:
        return Reason.TOO_LARGE
    if film.seconds > settings.video_longest_minutes * 60:
        return Reason.TOO_LONG
    plays = plays_everywhere(film)
    if quality is FilmQuality.STANDARD:
        return Reason.NEEDLESS if plays else None
    rate = size * 8 / film.seconds if film.seconds else float("inf")
    return Reason.NEEDLESS if plays and rate * _HELPS <= settings.small_video_kbits * 1_000 else None


def plays_everywhere(film: Film) -> bool:
    """Tell whether the original needs no copy to be played."""
    return (
        (film.codec, film.profile in _PROFILES, film.colours in _COLOURS) == ("h264", True, True)
        and film.sound in _SOUNDS
        and film.short_side <= _STANDARD_SIDE
    )


def most_bytes(size: int) -> int:
    """Return how many bytes a copy of a film of `size` bytes may have."""
    return int(size * _HELPS)


def judged(film: Film, size: int, made_bytes: int, made_seconds: float) -> Reason | None:
    """Return why a copy isn't kept that was made of a film of `size` bytes, None where it is."""
    most = most_bytes(size)
    whole = film.seconds == 0 or made_seconds + _SPARE_SECONDS >= film.seconds * _ENOUGH
    if made_bytes >= most * (1 if whole else _ENOUGH):
        return Reason.NEEDLESS
    return None if whole else Reason.CUT


def asked_of_ffmpeg(
    programs: FilmPrograms, settings: Settings, quality: FilmQuality, kind: str, film: Path, copy: Path
) -> list[str]:
    """Return the command that makes a copy: of pictures and sound alone, nothing that a camera notes beside them."""
    threads = str(settings.video_threads)
    return [
        programs.ffmpeg, "-nostdin", "-hide_banner", "-v", "quiet", "-max_alloc", str(MOST_MEMORY),
        "-filter_threads", "1",
        "-progress", "pipe:1", "-stats_period", "1", "-threads", threads, "-max_pixels", str(MOST_PIXELS),
        "-protocol_whitelist", "file", *_opened(kind), f"file:{film}",
        "-map", "0:V:0", "-map", "0:a:0?", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1",
        "-t", str(settings.video_longest_minutes * 60), *_packed(settings, quality), "-threads", threads,
        "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-fflags", "+bitexact",
        "-movflags", "+faststart", "-fs", str(most_bytes(film.stat().st_size)), "-f", "mp4", f"file:{copy}",
    ]  # fmt: skip


def _packed(settings: Settings, quality: FilmQuality) -> list[str]:
    if quality is FilmQuality.SMALL:
        side, rate, sound, fine = settings.small_video_height, settings.small_video_kbits, _SMALL_SOUND, "26"
        more = ["-fpsmax", "30", "-ac", "1"]
    else:
        side, rate, sound, fine = _STANDARD_SIDE, _STANDARD_RATE, _STANDARD_SOUND, "23"
        more = ["-fpsmax", "60", "-ac", "2"]
    pictures = max(1, rate - sound)
    # The shorter side counts, after the film was turned upright; sides of an odd length can't be packed.
    sized = f"scale=w='if(gt(iw,ih),-2,trunc(min({side},iw)/2)*2)':h='if(gt(iw,ih),trunc(min({side},ih)/2)*2,-2)'"
    return [
        "-vf", sized, "-c:v", "libx264", "-profile:v", "main", "-preset", "veryfast", "-crf", fine, "-g", "250",
        "-maxrate", f"{pictures}k", "-bufsize", f"{pictures}k", "-pix_fmt", "yuv420p",
        "-c:a", "aac", "-b:a", f"{sound}k", "-ar", "44100", *more,
    ]  # fmt: skip
