"""The proof that every copy computes the same function: golden record, replay, lint, figures."""
