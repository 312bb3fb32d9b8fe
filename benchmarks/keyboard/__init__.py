"""The C library types texts, beside Presage: `python -m benchmarks.keyboard`."""
