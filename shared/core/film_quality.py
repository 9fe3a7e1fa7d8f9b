"""In which quality a film is wanted: as it was brought in, as every program plays it, or small for slow networks."""

from enum import StrEnum


class FilmQuality(StrEnum):
    """The words of `?quality=`."""

    ORIGINAL = "original"
    STANDARD = "standard"
    """H.264 and AAC in MP4, which every program plays."""
    SMALL = "small"
    """The same with fewer dots and a low bit rate."""


COPIES = (FilmQuality.SMALL, FilmQuality.STANDARD)
"""What is made of a film, in this order: the small one helps first."""
