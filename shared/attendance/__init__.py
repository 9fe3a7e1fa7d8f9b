"""Registers: observations of who is there, and the effective mark that follows from them."""
