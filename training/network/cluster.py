"""The processes that train together, and the sums over what they compute.

`TF_CONFIG` names the workers, as set by Ray Train, Kubeflow and others. TensorFlow's
`MultiWorkerMirroredStrategy` connects the workers and adds their arrays; nothing else of it is
used. Without `TF_CONFIG`, a process is `ALONE`, and every operation here is the identity.
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

# How long to wait for other workers to start, or to finish a task such as a validation.
LONGEST_WAIT_SECONDS = 600
SECONDS_BETWEEN_TRIES = 0.2
# 128 plus SIGUSR1. Kubeflow restarts a worker that exits with this status.
LOST_STATUS = 138
START_AGAIN = "start all workers again to resume"


class WorkerLost(UserError):
    """Another worker ended, hangs or never started. The same command resumes."""

    status = LOST_STATUS


@dataclasses.dataclass(frozen=True)
class Place:
    """The index of this worker, and the address `host:port` of every worker."""

    index: int
    addresses: tuple[str, ...]

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Place":
        """Read the place from `TF_CONFIG`, or return `ONE` if it is not set.

        Raises `UserError` if `TF_CONFIG` is damaged or names tasks other than workers.
        """
        text = environment.get("TF_CONFIG", "")
        if not text:
            return ONE
        try:
            values = json.loads(text)
            return cls._of_tasks(values["cluster"], values["task"])
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise UserError(f"TF_CONFIG is unusable ({error!r}); see docs/CLUSTER.md") from error

    @classmethod
    def _of_tasks(cls, cluster: dict[str, list[str]], task: dict[str, Any]) -> "Place":
        kinds = [kind for kind in ("chief", "worker") if cluster.get(kind)]
        if set(cluster) - set(kinds) or task["type"] not in kinds:
            raise ValueError("all tasks must be workers, one of which can be the chief")
        addresses = tuple(str(each) for kind in kinds for each in cluster[kind])
        before = len(cluster[kinds[0]]) if task["type"] != kinds[0] else 0
        index = int(task["index"])
        if not 0 <= index < len(cluster[task["type"]]):
            raise ValueError(f"there is no {task['type']} {index}")
        for address in addresses:
            host, _, port = address.rpartition(":")
            if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
                raise ValueError(f"{address!r} is not host:port")
        return cls(before + index, addresses)

    @property
    def size(self) -> int:
        """The number of workers."""
        return len(self.addresses)

    def share_of(self, shards: int) -> range:
        """Return the indices of the shards that this worker computes.

        Raises `UserError` if the shards cannot be divided evenly among the workers.
        """
        require_even(shards, self.size)
        each = shards // self.size
        return range(self.index * each, (self.index + 1) * each)


def require_even(shards: int, workers: int) -> None:
    """Raise `UserError` if the shards cannot be divided evenly among the workers."""
    if shards % workers:
        raise UserError(
            f"{shards} shards cannot be divided among {workers} workers; set SET=shards=... to a "
            "multiple of the number of workers"
        )


ONE = Place(0, ("",))


class Cluster:
    """One worker among others. Every method that adds arrays must be called by all workers.

    Args:
      place: Which worker this is.
      add: Returns the sum of an int64 vector over all workers; its second argument is the timeout
        in seconds.
    """

    def __init__(self, place: Place, add: Callable[[Any, float], Any]):
        self.place = place
        self.index, self.size = place.index, place.size
        self._add = add

    @property
    def leads(self) -> bool:
        """Whether this is worker 0, which writes files, logs and validates."""
        return self.index == 0

    def sum(self, numbers: Any, patience: float = LONGEST_WAIT_SECONDS) -> Any:
        """Return the sum of an int64 vector over all workers.

        Raises `WorkerLost` if a worker has ended. If one does not answer for `patience` seconds,
        this process exits.
        """
        return self._add(numbers, patience)

    def any(self, truth: bool) -> bool:
        """Return whether `truth` is true in any worker."""
        return bool(np.any(self.sum(np.array([truth], np.int64))))

    def sum_of_parts(self, array: np.ndarray) -> np.ndarray:
        """Combine an array of which each worker has some values, and zeros elsewhere."""
        bits = np.ascontiguousarray(array).reshape(-1).view(np.int32)
        total = np.asarray(self.sum(bits.astype(np.int64))).astype(np.int32)
        return total.view(array.dtype).reshape(array.shape)

    def of_worker_0(self, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return worker 0's arrays. The others pass arrays of the same names and shapes."""
        return {
            name: self.sum_of_parts(array if self.leads else np.zeros_like(array))
            for name, array in arrays.items()
        }

    def require_same(self, digest: str, what: str) -> None:
        """Raise `UserError` in all workers if their hexadecimal digests differ."""
        if self.size == 1:
            return
        own = np.frombuffer(bytes.fromhex(digest), np.int32)
        all_of_them = np.zeros((self.size, len(own)), np.int32)
        all_of_them[self.index] = own
        all_of_them = self.sum_of_parts(all_of_them)
        for worker, other in enumerate(all_of_them):
            if (other != all_of_them[0]).any():
                raise UserError(
                    f"worker {worker} has different {what} than worker 0; start all workers with "
                    "the same command, version and text"
                )


ALONE = Cluster(ONE, lambda numbers, _: numbers)


# -- connecting ------------------------------------------------------------------------------------


def join(place: Place, threads: int) -> Cluster:
    """Load TensorFlow and connect to the other workers.

    Raises `WorkerLost` if one does not start in time.
    """
    from training.common.quiet import discard_native_stderr, load_tensorflow
    from training.common.stopping import listen

    discard_native_stderr()
    made: list[Any] = []
    meet(place, LONGEST_WAIT_SECONDS)

    def connect() -> None:
        with ending_after(LONGEST_WAIT_SECONDS):
            made.append(strategy())

    load_tensorflow(threads, connect)
    listen()  # TensorFlow has replaced the handler of SIGTERM.
    return Cluster(place, summing(made[0]))


def meet(place: Place, seconds: float) -> None:
    """Wait until all workers listen at their addresses.

    TensorFlow itself would wait without limit, and ignore signals meanwhile.

    Raises:
      WorkerLost: If a worker does not start within `seconds`.
    """
    port = int(place.addresses[place.index].rpartition(":")[2])
    deadline = time.monotonic() + seconds
    with contextlib.closing(listener(port)):
        for index, address in enumerate(place.addresses):
            while index != place.index and not is_there(address):
                if time.monotonic() > deadline:
                    raise WorkerLost(
                        f"worker {index} ({address}) did not start within {seconds:g} seconds; "
                        f"{START_AGAIN}"
                    )
                time.sleep(SECONDS_BETWEEN_TRIES)


def listener(port: int) -> socket.socket:
    """Open a socket that shows this worker to the others until TensorFlow uses the port."""
    try:
        return socket.create_server(("", port), reuse_port=True)
    except OSError as error:
        raise UserError(
            f"port {port} of TF_CONFIG is unusable ({error.strerror}); use another"
        ) from error


def is_there(address: str) -> bool:
    """Return whether something listens at `host:port`."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def ending_after(seconds: int) -> Iterator[None]:
    """Let Ctrl-C or a timeout kill the process inside the block.

    For calls into TensorFlow during which Python can run neither signal handlers nor threads.
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
    """Connect to all workers. This must happen before anything else initializes TensorFlow.

    Raises `WorkerLost` if that fails, as it does while a worker of an earlier attempt still runs.
    """
    import tensorflow as tf

    options = tf.distribute.experimental.CommunicationOptions(
        implementation=tf.distribute.experimental.CommunicationImplementation.RING
    )
    try:
        return tf.distribute.MultiWorkerMirroredStrategy(communication_options=options)
    except (tf.errors.OpError, RuntimeError) as error:
        raise WorkerLost(f"cannot connect to all workers; {START_AGAIN}") from error


def summing(strategy: Any) -> Callable[[Any, float], Any]:
    """Return the function that adds a vector over all workers of a strategy."""
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
            raise WorkerLost(f"another worker ended or cannot be reached; {START_AGAIN}") from error

    return patient


@contextlib.contextmanager
def watchdog(seconds: float) -> Iterator[None]:
    """Exit with a message if the block takes longer than `seconds`.

    TensorFlow notices within about ten seconds when a worker is killed or stopped, but not when one
    hangs for another reason, such as a file that cannot be read.
    """

    def give_up() -> None:
        print(
            f"error: another worker has not answered for {seconds:.0f} seconds; {START_AGAIN}",
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
