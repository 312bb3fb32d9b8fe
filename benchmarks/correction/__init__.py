"""Compares correctors on text with slips: `python -m benchmarks.correction`."""
