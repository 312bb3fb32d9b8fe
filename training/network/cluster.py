"""The processes that train together: who takes part, and adding up what each has computed.

`TF_CONFIG` names the workers, as Ray Train, Kubeflow and others set it. TensorFlow's
`MultiWorkerMirroredStrategy` connects them and adds their arrays; it is used for nothing else. A
process without `TF_CONFIG` is `ALONE`, for which all of this is the identity.
"""

import contextlib
import dataclasses
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from training.common.errors import UserError

# For others to join, or to end what they are doing between two rounds, such as a validation.
LONGEST_WAIT_SECONDS = 600
SECONDS_BETWEEN_TRIES = 0.2
# 128 and a signal (SIGUSR1): Kubeflow starts a worker again that ends with it.
LOST_STATUS = 138


class WorkerLost(UserError):
    """Another worker ended, hangs or never came; the same command resumes."""

    status = LOST_STATUS


@dataclasses.dataclass(frozen=True)
class Place:
    """Which worker of which cluster this process is; `addresses` are `host:port`, one a worker."""

    index: int
    addresses: tuple[str, ...]

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Place":
        """The place that `TF_CONFIG` gives; the only one where it is not set.

        Raises `UserError` for a `TF_CONFIG` that is damaged or names other tasks than workers.
        """
        text = environment.get("TF_CONFIG", "")
        if not text:
            return ONE
        try:
            values = json.loads(text)
            return cls._of_tasks(values["cluster"], values["task"])
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise UserError(f"TF_CONFIG cannot be used ({error!r}); see docs/CLUSTER.md") from error

    @classmethod
    def _of_tasks(cls, cluster: dict[str, list[str]], task: dict[str, Any]) -> "Place":
        kinds = [kind for kind in ("chief", "worker") if cluster.get(kind)]
        if set(cluster) - set(kinds) or task["type"] not in kinds:
            raise ValueError("the tasks must be workers, of which one may be the chief")
        addresses = tuple(str(each) for kind in kinds for each in cluster[kind])
        before = len(cluster[kinds[0]]) if task["type"] != kinds[0] else 0
        index = before + int(task["index"])
        if not 0 <= index < len(addresses) or any(":" not in each for each in addresses):
            raise ValueError("an index or address is missing")
        return cls(index, addresses)

    @property
    def size(self) -> int:
        """How many workers there are."""
        return len(self.addresses)

    def share_of(self, shards: int) -> range:
        """The shards that this worker computes, of so many.

        Raises `UserError` if they cannot be dealt evenly.
        """
        require_even(shards, self.size)
        each = shards // self.size
        return range(self.index * each, (self.index + 1) * each)


def require_even(shards: int, workers: int) -> None:
    """Raise `UserError` if the shards cannot be dealt evenly to the workers."""
    if shards % workers:
        raise UserError(
            f"{shards} shards cannot be dealt to {workers} workers; SET=shards=... must be a "
            "multiple of the number of workers"
        )


ONE = Place(0, ("",))


class Cluster:
    """One worker among others. Arrays are added by all of them at the same time."""

    def __init__(self, place: Place, add: Callable[[Any, float], Any]):
        """`add` returns the sum of an int64 vector over all workers, within so many seconds."""
        self.place = place
        self.index, self.size = place.index, place.size
        self._add = add

    @property
    def leads(self) -> bool:
        """Whether this is worker 0, which writes, logs and validates."""
        return self.index == 0

    def sum(self, numbers: Any, patience: float = LONGEST_WAIT_SECONDS) -> Any:
        """The sum of an int64 vector over all workers, bit for bit the same in each.

        Raises `WorkerLost` if one ends; ends this process if one hangs for `patience` seconds.
        """
        return self._add(numbers, patience)

    def any(self, truth: bool) -> bool:
        """Whether it is true in any worker."""
        return bool(np.any(self.sum(np.array([truth], np.int64))))

    def sum_of_parts(self, array: np.ndarray) -> np.ndarray:
        """An array of which each worker has some values and zeros for those of the others."""
        bits = np.ascontiguousarray(array).reshape(-1).view(np.int32)
        total = np.asarray(self.sum(bits.astype(np.int64))).astype(np.int32)
        return total.view(array.dtype).reshape(array.shape)

    def of_worker_0(self, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The arrays that worker 0 has, given others of the same names and shapes elsewhere."""
        return {
            name: self.sum_of_parts(array if self.leads else np.zeros_like(array))
            for name, array in arrays.items()
        }

    def require_same(self, digest: str, what: str) -> None:
        """Raise `UserError` in all workers if the hexadecimal digests of two of them differ."""
        if self.size == 1:
            return
        own = np.frombuffer(bytes.fromhex(digest), np.int32)
        all_of_them = np.zeros((self.size, len(own)), np.int32)
        all_of_them[self.index] = own
        all_of_them = self.sum_of_parts(all_of_them)
        for worker, other in enumerate(all_of_them):
            if (other != all_of_them[0]).any():
                raise UserError(
                    f"worker {worker} has {what} other than those of worker 0; start all workers "
                    "with the same command, version and text"
                )


ALONE = Cluster(ONE, lambda numbers, _: numbers)


# -- connecting ------------------------------------------------------------------------------------


def join(place: Place, threads: int) -> Cluster:
    """Load TensorFlow and connect to the other workers. Raises `WorkerLost` if one never comes."""
    from training.common.quiet import discard_native_stderr, load_tensorflow
    from training.common.stopping import listen

    discard_native_stderr()
    made: list[Any] = []
    meet(place, LONGEST_WAIT_SECONDS)

    def connect() -> None:
        with ending_after(LONGEST_WAIT_SECONDS):
            made.append(strategy())

    load_tensorflow(threads, connect)
    listen()  # TensorFlow took SIGTERM for itself
    return Cluster(place, summing(made[0]))


def meet(place: Place, seconds: float) -> None:
    """Wait until all workers listen, each at its own address.

    TensorFlow waits for others without end, and meanwhile hears no signal.
    Raises `WorkerLost` that names the one that did not come in time.
    """
    port = int(place.addresses[place.index].rpartition(":")[2])
    deadline = time.monotonic() + seconds
    with contextlib.closing(listener(port)):
        for index, address in enumerate(place.addresses):
            while index != place.index and not is_there(address):
                if time.monotonic() > deadline:
                    raise WorkerLost(
                        f"worker {index} ({address}) did not come within {seconds:g} seconds; "
                        "start all workers, then the same command resumes"
                    )
                time.sleep(SECONDS_BETWEEN_TRIES)


def listener(port: int) -> socket.socket:
    """A socket that shows the others that this worker is there, until TensorFlow takes the port."""
    try:
        return socket.create_server(("", port), reuse_port=True)
    except OSError as error:
        raise UserError(f"port {port} of TF_CONFIG is taken ({error.strerror})") from error


def is_there(address: str) -> bool:
    """Whether something listens at `host:port`."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def ending_after(seconds: int) -> Iterator[None]:
    """A block in which Ctrl-C, or too long a wait, ends the process at once, by its signal.

    For calls into TensorFlow that let no other thread of Python run.
    """
    handlers = {
        kind: signal.signal(kind, signal.SIG_DFL) for kind in (signal.SIGALRM, signal.SIGINT)
    }
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        for kind, handler in handlers.items():
            signal.signal(kind, handler)


def strategy() -> Any:
    """TensorFlow's strategy, connected to all workers. It must be made before anything else."""
    import tensorflow as tf

    options = tf.distribute.experimental.CommunicationOptions(
        implementation=tf.distribute.experimental.CommunicationImplementation.RING
    )
    return tf.distribute.MultiWorkerMirroredStrategy(communication_options=options)


def summing(strategy: Any) -> Callable[[Any, float], Any]:
    """The function that adds a vector over all workers of a strategy."""
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int64)])
    def add(numbers: tf.Tensor) -> tf.Tensor:
        def reduce(own: tf.Tensor) -> tf.Tensor:
            context = tf.distribute.get_replica_context()
            return context.all_reduce(tf.distribute.ReduceOp.SUM, tf.identity(own))

        return strategy.run(reduce, args=(numbers,))

    def patient(numbers: Any, seconds: float) -> tf.Tensor:
        try:
            with watchdog(seconds):
                total = add(tf.convert_to_tensor(numbers))
                total.numpy()
                return total
        except tf.errors.OpError as error:
            raise WorkerLost(
                "another worker ended or cannot be reached; when all are started again, the same "
                "command resumes"
            ) from error

    return patient


@contextlib.contextmanager
def watchdog(seconds: float) -> Iterator[None]:
    """A block that may take so long; after that the process ends with a line that says why.

    TensorFlow itself notices workers that were killed or stopped, in some ten seconds, but not one
    that waits for something else, such as a file.
    """

    def give_up() -> None:
        print(
            f"error: another worker has not answered for {seconds:.0f} seconds; when all are "
            "started again, the same command resumes",
            file=sys.stderr,
            flush=True,
        )
        os._exit(LOST_STATUS)

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
