"""A private network for local workers, because TensorFlow listens on all network interfaces.

In a network namespace of Linux (network_namespaces(7)), a process and its children have only the
loopback device.
"""

import ctypes
import fcntl
import os
import socket
import struct
from pathlib import Path

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET
SET_FLAGS = 0x8914  # SIOCSIFFLAGS
UP = 0x1  # IFF_UP


def only_loopback() -> bool:
    """Leave this process and its future children only the loopback device.

    Returns:
      False if the system does not allow it; then nothing has changed.
    """
    child = os.fork()
    if child == 0:
        # Try it in a separate process, because a partial failure cannot be undone.
        try:
            enter()
        except OSError:
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        return False
    enter()
    return True


def enter() -> None:
    """Move this process to a new network namespace. Raises `OSError`."""
    user, group = os.getuid(), os.getgid()
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(NEW_NETWORK if user == 0 else NEW_USER | NEW_NETWORK):
        raise OSError(ctypes.get_errno(), "unshare")
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH14x", b"lo", UP))
