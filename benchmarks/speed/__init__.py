"""Training speed compared with PyTorch: `python -m benchmarks.training_speed`."""
