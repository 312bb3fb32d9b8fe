"""An external anchor: SmolLM2-135M, which predicts the next words of a text instead of Elman."""
