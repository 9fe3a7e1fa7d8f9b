"""Fees and payments: what the server does with them."""
