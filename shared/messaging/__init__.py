"""Notices as both sides know them."""
