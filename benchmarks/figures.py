"""A measured figure with its floor, and the table and JSON that figures are told in."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Compared = Literal["ratio", "ours"]


@dataclass(frozen=True)
class Figure:
    """One row of the table.

    `ours` and `raw` are in `unit`. The floor is kept when `compared` is at least `floor`, or with `most` at most.
    `floor` None: told for scale, nothing is promised.
    """

    name: str
    ours: float
    raw: float | None
    unit: str
    floor: float | None = None
    compared: Compared = "ratio"
    most: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours divided by raw."""
        return self.ours / self.raw if self.raw else None

    @property
    def held(self) -> bool | None:
        """Whether the floor is kept; None where there is none."""
        if self.floor is None:
            return None
        value = self.ratio if self.compared == "ratio" else self.ours
        if value is None:
            return False
        return value <= self.floor if self.most else value >= self.floor

    @property
    def floor_text(self) -> str:
        """The floor as it is read."""
        if self.floor is None:
            return ""
        sign = "<=" if self.most else ">="
        return f"{sign} {self.floor:g}" + ("" if self.compared == "ratio" else f" {self.unit}")

    def as_json(self) -> dict[str, Any]:
        """The row with what follows from it."""
        return {**asdict(self), "ratio": self.ratio, "held": self.held, "floor_text": self.floor_text}


def number(value: float | None) -> str:
    """A number with three telling digits."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(figures: Sequence[Figure]) -> str:
    """The figures as a table of text."""
    words = {None: "", True: "yes", False: "NO"}
    rows = [("name", "ours", "raw", "unit", "ratio", "floor", "held")]
    rows += [
        (one.name, number(one.ours), number(one.raw), one.unit, number(one.ratio), one.floor_text, words[one.held])
        for one in figures
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    right = {1, 2, 4}
    lines = [
        "  ".join(
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def processor() -> str:
    """What the processor calls itself."""
    known = Path("/proc/cpuinfo")
    if known.exists():
        for line in known.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def written(figures: Sequence[Figure], cores: int, when: str) -> str:
    """The figures as JSON, with the machine and the instant."""
    system, python = platform.system(), platform.python_version()
    machine = {"processor": processor(), "cores": cores, "system": system, "python": python}
    told = {"measured_at": when, "machine": machine, "figures": [one.as_json() for one in figures]}
    return json.dumps(told, indent=1)
