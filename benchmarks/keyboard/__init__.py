"""Compares the C library with Presage by typing texts: `python -m benchmarks.keyboard`."""
