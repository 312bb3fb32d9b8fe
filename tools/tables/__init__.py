"""Writes the Unicode tables of the text rules for every language."""
