"""Other correctors, each in a separate program."""
