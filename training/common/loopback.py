"""A network that nobody outside can reach: for TensorFlow, which always listens to everyone.

Linux gives a process, and those that it starts, a network of their own that has nothing but the
loopback device (network_namespaces(7)).
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
    """Leave this process and its later children only the loopback device, if the system lets it."""
    child = os.fork()
    if child == 0:
        # A try in another process: half of it could not be taken back.
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
    """Move this process into a network of its own. Raises `OSError`."""
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
