"""Marks of pieces of work, and the grades of courses that follow from them."""
