"""The rivals: modified Kneser-Ney n-grams by KenLM, and reading what it writes."""
