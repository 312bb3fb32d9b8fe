"""From text to a trained word-level SimpleRNN: corpora, text rules, data, model, training and its commands."""
