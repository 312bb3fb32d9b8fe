"""From characters to ids and back: the text rules, the vocabulary, their Unicode tables."""
