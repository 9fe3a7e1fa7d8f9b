"""Faults with real processes, real files, real sockets and a real PostgreSQL, instead of simulated ones."""
