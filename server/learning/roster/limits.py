"""How much a roster file may ask of the machine that reads it."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Bounds on one roster file: bytes, rows and characters; the defaults leave room for 1,000,000 rows.

    `max_ratio` is unpacked by packed size of one zip entry, asked only of entries above `ratio_from_bytes`.
    """

    max_file_bytes: int = 512 * MIB
    max_unpacked_bytes: int = 1024 * MIB
    max_entries: int = 1_000
    max_ratio: int = 200
    ratio_from_bytes: int = 4 * MIB
    max_rows: int = 1_000_000
    max_columns: int = 500
    max_line_chars: int = 256 * 1024
    max_quoted_lines: int = 50
    kept_errors: int = 10_000
