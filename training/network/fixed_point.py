"""Sums that do not depend on the order of the terms.

Floating-point addition rounds, so the sum over workers would depend on their number and on the
order of the additions. Integers add exactly: each array is multiplied by a power of two, rounded to
int64, added, and divided again.
"""

import dataclasses
import math
from collections.abc import Sequence

import tensorflow as tf

# Of the 64 bits, one is the sign, and one is spare for a sum that just reaches the bound.
BITS = 62


@dataclasses.dataclass(frozen=True)
class FixedPoint:
    """Packs arrays into one integer vector, and unpacks the means from the sum of such vectors.

    Args:
      shapes: The shape of each array.
      bounds: The largest Euclidean norm of each array for which the sum is correct.
      shards: The number of vectors that are added.

    Example:
      >>> exact = FixedPoint([(2,)], [10.0], shards=2)
      >>> total = exact.pack([tf.constant([1.0, 2.0])]) + exact.pack([tf.constant([3.0, 4.0])])
      >>> exact.unpack(total)[0][0].numpy().tolist()
      [2.0, 3.0]
    """

    shapes: Sequence[tuple[int, ...]]
    bounds: Sequence[float]
    shards: int

    def pack(self, arrays: Sequence[tf.Tensor]) -> tf.Tensor:
        """Pack float32 arrays into one int64 vector.

        The last entry counts the arrays that are not finite or exceed their bound, for which the
        sum is not correct.
        """
        parts, lost = [], tf.constant(0, tf.int64)
        for array, bound, scale in zip(arrays, self.bounds, self._scales(), strict=True):
            flat = tf.reshape(array, [-1])
            fits = tf.nn.l2_loss(flat) <= bound * bound / 2
            # Not `~fits`: TensorFlow's graph optimiser turns it into `>`, which is false for NaN.
            lost += 1 - tf.cast(fits, tf.int64)
            # Exact in float32: the scale is a power of two, and values from 2 ** 24 are integers.
            parts.append(tf.cast(tf.round(flat * scale), tf.int64))
        return tf.concat([*parts, lost[None]], 0)

    def unpack(self, total: tf.Tensor) -> tuple[list[tf.Tensor], tf.Tensor]:
        """Unpack the sum of the shards' vectors.

        Returns:
          The means over the shards, float32 arrays; and the number of incorrect arrays, int64.
        """
        sizes = [math.prod(shape) for shape in self.shapes]
        *parts, lost = tf.split(total, [*sizes, 1])
        means = [
            tf.reshape(tf.cast(part, tf.float32) / (scale * self.shards), shape)
            for part, scale, shape in zip(parts, self._scales(), self.shapes, strict=True)
        ]
        return means, lost[0]

    def _scales(self) -> list[float]:
        """Return the powers of two that use all bits which bound and number of shards leave."""
        free = BITS - math.ceil(math.log2(self.shards))
        return [2.0 ** (free - math.ceil(math.log2(bound))) for bound in self.bounds]
