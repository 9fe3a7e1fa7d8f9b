"""The papers that ID cards are printed on: sizes of cards and their places on the sheet, in millimetres.

Where the figures come from:

- `cr80`, `cr80-sheet`: ISO/IEC 7810, format ID-1: 85.60 x 53.98 mm. The sheet is plain A4 with our own gaps and cut
  marks; the single card is the page that card printers take.
- `L7160`: 21 labels of 63.5 x 38.1 mm as the pack says, with 2.54 mm between columns, in the middle of A4. The gLabels
  list of label papers (`avery-iso-templates.xml`, part 7160) has the same pitch, 66.04 x 38.1 mm, and a first label
  0.3 mm further right and down, which is within what a printer shifts.
- `L4785`: 10 name badges of 80 x 50 mm, first at 18 x 13 mm, pitch 95 x 55 mm (the same list).
- `L7418`: 8 inserts of 86.5 x 55.5 mm as the pack says, without gaps, in the middle of A4.

Every printer shifts a little: the sheet with outlines shows by how much, and the offset takes it back.
"""

from collections.abc import Iterator
from dataclasses import dataclass

A4 = (210.0, 297.0)
ID_1 = (85.6, 53.98)


@dataclass(frozen=True)
class CardLayout:
    """Cards of `width` x `height` mm in columns and rows; the first at `left`, `top`, the next `pitch_x`, `pitch_y` on.

    `cut_marks` are for papers that aren't cut yet.
    """

    key: str
    sheet: tuple[float, float]
    width: float
    height: float
    columns: int
    rows: int
    left: float
    top: float
    pitch_x: float
    pitch_y: float
    cut_marks: bool = False

    @property
    def per_sheet(self) -> int:
        """Cards on one sheet."""
        return self.columns * self.rows

    def places(self) -> Iterator[tuple[float, float]]:
        """Yield left and top of each card in the order of reading."""
        for row in range(self.rows):
            for column in range(self.columns):
                yield self.left + column * self.pitch_x, self.top + row * self.pitch_y


def _in_the_middle(key: str, size: tuple[float, float], grid: tuple[int, int], gap: tuple[float, float],
                   *, cut_marks: bool = False) -> CardLayout:  # fmt: skip
    pitch_x, pitch_y = size[0] + gap[0], size[1] + gap[1]
    left = (A4[0] - (grid[0] * pitch_x - gap[0])) / 2
    top = (A4[1] - (grid[1] * pitch_y - gap[1])) / 2
    return CardLayout(key, A4, *size, *grid, left, top, pitch_x, pitch_y, cut_marks)


LAYOUTS: dict[str, CardLayout] = {
    one.key: one
    for one in (
        _in_the_middle("cr80-sheet", ID_1, (2, 4), (6.0, 8.0), cut_marks=True),
        CardLayout("cr80", ID_1, *ID_1, 1, 1, 0, 0, *ID_1),
        _in_the_middle("L7418", (86.5, 55.5), (2, 4), (0.0, 0.0)),
        CardLayout("L4785", A4, 80.0, 50.0, 2, 5, 18.0, 13.0, 95.0, 55.0),
        _in_the_middle("L7160", (63.5, 38.1), (3, 7), (2.54, 0.0)),
    )
}
