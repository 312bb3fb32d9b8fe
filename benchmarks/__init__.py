"""Benchmarks: the project's models compared with other software, one command each."""
