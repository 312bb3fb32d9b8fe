"""Controls: gated networks and a transformer, trained like the network and as large as it."""
