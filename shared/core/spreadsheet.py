"""Cells that spreadsheets must not run: text that begins like a formula is written so that it stays text."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")  # noqa: RUF001 - what programs take for the plain ones


def as_text_cell(value: str) -> str:
    """Return a cell of a CSV file with an apostrophe before what a spreadsheet would take for a formula."""
    clean = value.replace("\0", "")
    return f"'{clean}" if value.startswith(_STARTS) or clean.lstrip(" ").startswith(_STARTS) else clean
