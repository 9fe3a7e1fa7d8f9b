"""Rolls a term over: shows what would be made, makes it in one step, and takes it back while it is untouched."""
