"""What a trained model is worth: metrics, keystrokes, memory, scores, samples."""
