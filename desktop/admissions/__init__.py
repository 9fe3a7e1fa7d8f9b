"""Admissions on the desktop."""
