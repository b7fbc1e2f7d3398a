"""The broker in folders, of installations without a server: nobody sees half a message."""

from threading import Thread

import pytest
from kombu import Connection
from kombu.transport.virtual import Empty

from planner import env
from planner.lib import file_broker

MESSAGES = 300


@pytest.fixture
def broker(tmp_path):
    file_broker.register()
    said = env.broker("", tmp_path)
    with Connection(said["broker_url"], transport_options=said["broker_transport_options"]) as connection:
        yield connection.default_channel


def test_a_worker_that_looks_all_the_time_gets_each_message_once_and_whole(broker):
    words = "x" * 100_000

    def write():
        for n in range(MESSAGES):
            broker._put("work", {"n": n, "words": words})

    writer = Thread(target=write)
    writer.start()
    found = []
    while len(found) < MESSAGES:
        is_all_written = not writer.is_alive()  # asked first: the last one may be written while the folder is read
        try:
            found.append(broker._get("work"))
        except Empty:
            assert not is_all_written, "a message is lost"
    assert sorted(message["n"] for message in found) == list(range(MESSAGES))
    assert {message["words"] for message in found} == {words}


def test_a_message_for_which_there_is_no_room_leaves_nothing_behind(broker, tmp_path, monkeypatch):
    def full(*said):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.rename", full)
    with pytest.raises(file_broker.ChannelError, match="Cannot add a message"):
        broker._put("work", {"n": 1})
    assert not list((tmp_path / "broker" / "queue").iterdir())
