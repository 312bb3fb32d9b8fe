"""Modified Kneser-Ney n-grams, estimated by KenLM and read from its files."""
