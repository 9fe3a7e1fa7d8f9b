"""Measures the product against what the same machine does without it; `python -m benchmarks` prints a table."""
