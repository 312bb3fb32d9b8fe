"""From a trained run to files for LiteRT, TensorFlow.js and servers, proved to agree."""

import os

# Read when TensorFlow is imported: with oneDNN the graph optimiser fuses operations into ones that
# TensorFlow.js does not have.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
