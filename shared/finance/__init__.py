"""Fees and payments: what both sides know of them."""
