"""Convert characters to ids and back: text rules, vocabulary and Unicode tables."""
