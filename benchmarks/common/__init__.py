"""Tables, and the command and machine that made them, for all benchmarks."""
