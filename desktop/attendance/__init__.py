"""Registers on the desktop: taking the roll with or without a network, correcting it, and confirming walk-ins."""
