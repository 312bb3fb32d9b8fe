"""From a corpus to training chunks: preparation, parallel lanes, sampled candidates."""
