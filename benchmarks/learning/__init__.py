"""Compares keyboards that learn from their user: `python -m benchmarks.learning`."""
