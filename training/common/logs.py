"""Optional logs for TensorBoard."""

from pathlib import Path

import tensorflow as tf

from training.common.display import say


class Logs:
    """Writes scalars to `folder`. After a failure, prints one message and stops writing.

    If `folder` is None, writes nothing.
    """

    def __init__(self, folder: Path | None):
        self._folder, self._writer = folder, None
        if folder is None:
            return
        try:
            self._writer = tf.summary.create_file_writer(str(folder))
        except tf.errors.OpError as error:
            self._give_up(error)

    def scalars(self, step: int, **values: float) -> None:
        """Write the value of each named curve at a step."""
        if self._writer is None:
            return
        try:
            with self._writer.as_default():
                for name, value in values.items():
                    tf.summary.scalar(name, value, step)
            self._writer.flush()
        except tf.errors.OpError as error:
            self._give_up(error)

    def _give_up(self, error: tf.errors.OpError) -> None:
        self._writer = None
        say(
            f"cannot write {self._folder} ({type(error).__name__}); training continues without logs"
        )
