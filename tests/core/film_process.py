"""A server process of its own for tests: has a turn of the job that makes copies of films whenever it is told to."""

import sys
from datetime import datetime, timedelta

from server.app import build_context
from server.core.film_making import JOB
from server.core.jobs import Jobs
from server.core.settings import load_settings
from server.core.system_clock import SystemClock


class AheadClock(SystemClock):
    """The system's clock, some time ahead."""

    ahead = timedelta()

    def now(self) -> datetime:
        """Return the time there."""
        return super().now() + self.ahead


def main() -> None:
    """Say that it is ready; for each line, a number of seconds, have a turn that much later and say what it did."""
    clock = AheadClock()
    context = build_context(load_settings(), clock)
    jobs = Jobs([JOB], context)
    print("ready", flush=True)
    for line in sys.stdin:
        clock.ahead = timedelta(seconds=float(line))
        print(jobs.run_due().get(JOB.name, "not its turn"), flush=True)
    context.close()


if __name__ == "__main__":
    main()
