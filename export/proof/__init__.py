"""Verifies that every copy computes the same function: golden record, replay, lint, metrics."""
