"""Tables of any benchmark, and what they were made with."""
