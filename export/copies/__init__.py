"""Writes, packs and describes the exported copies of a model."""
