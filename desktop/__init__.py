"""An input method for IBus, with the C library called through `ctypes`.

It runs in the system's Python, so this folder imports only the standard library, `gi`, and modules
of the project that need nothing else.
"""
