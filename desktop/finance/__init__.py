"""Fees and payments on the desktop."""
