"""The commands of `campusdesk-server`."""

from server.command_line.main import main

__all__ = ["main"]
