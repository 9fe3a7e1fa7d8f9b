"""The seeded simulator: real clients and the real server over a simulated network, clock, disk and scheduler."""
