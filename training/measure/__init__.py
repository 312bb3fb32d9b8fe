"""Evaluate a trained model: metrics, keystroke savings, memory, scores and samples."""
