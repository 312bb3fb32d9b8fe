"""A keyboard in Python, and the C library as a program beside it."""
