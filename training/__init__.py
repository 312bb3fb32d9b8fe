"""Train a word-level SimpleRNN on text: corpora, text rules, data, model and commands."""

import os

# TensorFlow reads these on import. This project runs on the CPU and prints its own messages.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
