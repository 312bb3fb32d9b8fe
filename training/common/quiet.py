"""Load TensorFlow without the messages that its native libraries print."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def native_stderr_hidden() -> Iterator[None]:
    """Hide output to file descriptor 2. If the block raises, the hidden output is printed.

    Ctrl-C does not count as a failure.
    """
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as hidden:
        os.dup2(hidden.fileno(), 2)
        try:
            yield
        except Exception:
            hidden.seek(0)
            os.write(saved, hidden.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)


def discard_native_stderr() -> None:
    """Discard everything that native libraries write to standard error from now on.

    TensorFlow reports a lost worker in dozens of lines besides raising an exception. What Python
    writes to standard error is still shown.
    """
    sys.stderr.flush()
    saved = os.dup(2)
    with open(os.devnull, "wb") as nothing:
        os.dup2(nothing.fileno(), 2)
    sys.stderr = open(saved, "w", buffering=1, errors="backslashreplace")  # noqa: SIM115


def load_tensorflow(threads: int | None = None, begin: Callable[[], None] = lambda: None) -> None:
    """Import TensorFlow, start its CPU device, and set the number of threads.

    Results are reproducible bit for bit: operations are deterministic (otherwise, a sum over
    threads depends on the order in which they finish), and matrix products always use oneDNN
    instead of the kernels that TensorFlow selects for the machine, which makes training a sixth
    faster.

    Args:
      threads: Number of CPU threads; None lets TensorFlow decide.
      begin: Called after the import, before anything initializes TensorFlow's devices.
    """
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
    with native_stderr_hidden():
        import tensorflow as tf

        # TensorFlow accepts the number of threads only once per process.
        if threads not in (None, tf.config.threading.get_intra_op_parallelism_threads()):
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(threads)
        # Hide warnings about functions that are traced again for other lengths.
        tf.get_logger().setLevel("ERROR")
        tf.config.experimental.enable_op_determinism()
        begin()
        tf.config.list_logical_devices()
        tf.constant(0)
