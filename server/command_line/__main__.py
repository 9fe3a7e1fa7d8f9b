"""Runs `python -m server.command_line` as `campusdesk-server`."""

import sys

from server.command_line.main import main

if __name__ == "__main__":
    sys.exit(main())
