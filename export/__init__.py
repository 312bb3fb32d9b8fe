"""Export a trained run to LiteRT, TensorFlow.js and SavedModel, and verify the copies."""
