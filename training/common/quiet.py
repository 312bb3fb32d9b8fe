"""TensorFlow without the dozen lines that its native libraries print when they are loaded."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def native_stderr_hidden() -> Iterator[None]:
    """Keep file descriptor 2 silent; what was written is shown after all if the block fails.

    A block that Ctrl-C stops has not failed.
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


def load_tensorflow(threads: int | None = None) -> None:
    """Import TensorFlow, start its CPU device, and give it `threads` (None: its own choice).

    The same inputs always give the same bits: without deterministic operations, a sum over threads
    depends on which of them ends first. Which kernels multiply is stated as well, not left to what
    TensorFlow finds out about the machine: oneDNN's, a sixth faster in training.
    """
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
    with native_stderr_hidden():
        import tensorflow as tf

        # TensorFlow takes a number of threads once a process.
        if threads not in (None, tf.config.threading.get_intra_op_parallelism_threads()):
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(threads)
        # A function that is traced for many lengths is no news to whoever runs a command.
        tf.get_logger().setLevel("ERROR")
        tf.config.experimental.enable_op_determinism()
        tf.config.list_logical_devices()
        tf.constant(0)
