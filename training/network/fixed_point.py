"""Sums that do not depend on the order of what is added.

Floating-point addition rounds, so that the sum over workers would depend on how many there are and
on who adds whose part first. Whole numbers add exactly: each array is multiplied by a power of two,
rounded to int64, added, and divided again.
"""

import dataclasses
import math
from collections.abc import Sequence

import tensorflow as tf

# Of int64: the sign takes one bit, and a sum that just reaches the bound needs another.
BITS = 62


@dataclasses.dataclass(frozen=True)
class FixedPoint:
    """Packs arrays into one vector of whole numbers, and means out of the sum of such vectors.

    `shapes` are the arrays' shapes; `bounds`, one an array, are the largest Euclidean norms with
    which they are added correctly; `shards` is how many vectors are added.
    """

    shapes: Sequence[tuple[int, ...]]
    bounds: Sequence[float]
    shards: int

    def pack(self, arrays: Sequence[tf.Tensor]) -> tf.Tensor:
        """Float32 arrays of the given shapes as one int64 vector.

        Its last entry counts the arrays that are not finite or larger than their bound, which are
        not added correctly.
        """
        parts, lost = [], tf.constant(0, tf.int64)
        for array, bound, scale in zip(arrays, self.bounds, self._scales(), strict=True):
            flat = tf.reshape(array, [-1])
            fits = tf.nn.l2_loss(flat) <= bound * bound / 2
            lost += tf.cast(~fits, tf.int64)
            # Exact in float32: by a power of two, and from 2 ** 24 on there are only whole numbers.
            parts.append(tf.cast(tf.round(flat * scale), tf.int64))
        return tf.concat([*parts, lost[None]], 0)

    def unpack(self, total: tf.Tensor) -> tuple[list[tf.Tensor], tf.Tensor]:
        """The means over the shards, float32 arrays, and how many arrays were lost, int64 scalar.

        `total` is the sum of the shards' vectors.
        """
        sizes = [math.prod(shape) for shape in self.shapes]
        *parts, lost = tf.split(total, [*sizes, 1])
        means = [
            tf.reshape(tf.cast(part, tf.float32) / (scale * self.shards), shape)
            for part, scale, shape in zip(parts, self._scales(), self.shapes, strict=True)
        ]
        return means, lost[0]

    def _scales(self) -> list[float]:
        """The powers of two: as much precision as the bound and the number of shards leave."""
        free = BITS - math.ceil(math.log2(self.shards))
        return [2.0 ** (free - math.ceil(math.log2(bound))) for bound in self.bounds]
