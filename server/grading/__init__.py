"""Marking on the server: what its commands do, who sees which rows, and the gradebook."""
