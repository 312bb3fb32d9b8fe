"""Compares models on the same text: contenders, measurements with intervals, reports."""
