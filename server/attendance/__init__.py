"""Registers and observations on the server."""
