import contextlib
import json
import socket
import threading

import pytest

from training.common.errors import UserError
from training.network.cluster import LOST_STATUS, Place, WorkerLost, listener, meet

WORKERS = ["10.0.0.1:2222", "10.0.0.2:2222"]


def place_of(cluster: object, kind: str = "worker", index: object = 0) -> Place:
    config = {"cluster": cluster, "task": {"type": kind, "index": index}}
    return Place.of({"TF_CONFIG": json.dumps(config)})


def test_without_tf_config_a_process_is_alone():
    for environment in ({}, {"TF_CONFIG": ""}):
        assert (Place.of(environment).index, Place.of(environment).size) == (0, 1)


def test_tf_config_gives_the_place_and_the_addresses():
    place = place_of({"worker": WORKERS}, index=1)
    assert (place.index, place.size, place.addresses) == (1, 2, tuple(WORKERS))


def test_a_chief_is_worker_0():
    cluster = {"chief": ["10.0.0.9:2222"], "worker": WORKERS}
    assert place_of(cluster, "chief").index == 0
    assert place_of(cluster, index=1).index == 2
    assert place_of(cluster).addresses == ("10.0.0.9:2222", *WORKERS)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        json.dumps({"cluster": {"worker": WORKERS}, "task": {"type": "ps", "index": 0}}),
        json.dumps({"cluster": {"worker": WORKERS, "ps": ["a:1"]}, "task": {}}),
        json.dumps({"cluster": {"worker": WORKERS}, "task": {"type": "worker", "index": 2}}),
        json.dumps({"cluster": {"worker": ["host"]}, "task": {"type": "worker", "index": 0}}),
        json.dumps({"cluster": {"worker": ["host:x"]}, "task": {"type": "worker", "index": 0}}),
        json.dumps({"cluster": {"worker": ["h:65536"]}, "task": {"type": "worker", "index": 0}}),
        json.dumps({"cluster": {"worker": ["h:0"]}, "task": {"type": "worker", "index": 0}}),
        json.dumps(
            {
                "cluster": {"chief": ["a:1"], "worker": WORKERS},
                "task": {"type": "worker", "index": -1},
            }
        ),
        json.dumps(
            {
                "cluster": {"chief": ["a:1"], "worker": WORKERS},
                "task": {"type": "chief", "index": 1},
            }
        ),
    ],
)
def test_a_tf_config_that_cannot_be_used_is_refused(text):
    with pytest.raises(UserError, match="TF_CONFIG is unusable"):
        Place.of({"TF_CONFIG": text})


def test_shards_are_dealt_in_order_and_evenly():
    assert [list(place_of({"worker": WORKERS}, index=i).share_of(4)) for i in (0, 1)] == [
        [0, 1],
        [2, 3],
    ]
    with pytest.raises(UserError, match="3 shards cannot be divided among 2"):
        place_of({"worker": WORKERS}).share_of(3)


@pytest.fixture
def ports() -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
        return [each.getsockname()[1] for each in sockets]


def test_a_worker_that_never_comes_is_named(ports):
    place = Place(0, tuple(f"127.0.0.1:{port}" for port in ports))
    with pytest.raises(
        WorkerLost, match=f"worker 1 \\(127.0.0.1:{ports[1]}\\) did not start"
    ) as it:
        meet(place, 0.3)
    assert it.value.status == LOST_STATUS >= 128


def test_a_worker_waits_for_another_that_comes_later(ports):
    with contextlib.ExitStack() as stack:
        later = threading.Timer(0.5, lambda: stack.enter_context(listener(ports[1])))
        later.start()
        meet(Place(0, tuple(f"127.0.0.1:{port}" for port in ports)), 60)
        later.join()
