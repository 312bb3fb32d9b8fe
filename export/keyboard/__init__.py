"""Keyboard suggestions in Python, and the C library run as a program."""
