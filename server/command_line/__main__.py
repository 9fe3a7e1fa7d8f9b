"""Runs `python -m server.command_line` as `campusdesk-server`, and is what the packaged program starts with."""

import multiprocessing
import sys

from server.command_line.main import main
from server.core import password_worker
from server.core.passwords import WORKER_WORD

if __name__ == "__main__":
    multiprocessing.freeze_support()
    if sys.argv[1:] == [WORKER_WORD]:
        password_worker.main()
        sys.exit(0)
    sys.exit(main())
