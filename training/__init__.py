"""From text to a trained word-level SimpleRNN: corpora, text rules, data, model, commands."""

import os

# Read by TensorFlow when it is imported: this project runs on the CPU and prints its own messages.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
