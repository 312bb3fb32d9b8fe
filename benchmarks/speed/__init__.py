"""How fast training is, beside PyTorch: `python -m benchmarks.training_speed`."""
