"""How much of a file is asked for or sent at once: about three seconds' worth, whatever the network is like."""

LEAST, MOST = 16 * 1024, 32 * 1024 * 1024
"""A server may lose what came just before a cut, so a piece must fit into what a bad line carries between two."""
FIRST = 64 * 1024
AIM = 3.0


class Pace:
    """Grows while pieces go quickly and halves when one fails, so that a cut costs seconds and sync gets its turn."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self.size = FIRST

    def moved(self, count: int, seconds: float) -> None:
        """Learn how long `count` bytes took; a last piece that was small teaches nothing."""
        if seconds > 2 * AIM:
            self.size = max(LEAST, self.size // 2)
        elif count >= self.size and seconds < AIM / 2:
            self.size = min(self._most, self.size * 4 if seconds < AIM / 8 else self.size * 2)

    def failed(self) -> None:
        """Ask for less the next time."""
        self.size = max(LEAST, self.size // 2)
