"""The network, its configuration and its training: the loop, checkpoints, the run folder."""
