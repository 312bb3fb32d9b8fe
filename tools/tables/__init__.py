"""Generates the Unicode tables and the lists of the text rules for every language."""
