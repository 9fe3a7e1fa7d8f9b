"""Marking, gradebooks and handing in on the desktop."""
