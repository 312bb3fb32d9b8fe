"""From a trained run to files for LiteRT, TensorFlow.js and servers, proved to agree."""
