"""What panel and studio tell each other arrives as it was, and the wait is said in a sentence."""

import pytest

from s2f_utils.studio import order as orders


@pytest.mark.parametrize(
    "message",
    [
        orders.Question(),
        orders.Offer({"21, never seen": "21"}, ["cnn_rnn"]),
        orders.Order(text="Grüße", recording=b"\0\1", photo=b"", reference=bytes(range(256)), intensity=1.5),
        orders.Film(b"mp4", b"png", [0.1, 0.9], 25, "data:", "1 s"),
    ],
)
def test_a_message_arrives_as_it_was(message):
    assert orders.unpack(orders.pack(message)) == message


def test_the_wait_is_a_sentence():
    assert orders.waiting(orders.Wait(4, 41)) == "Four films before yours: about 40 seconds."
    assert orders.waiting(orders.Wait(1, 8.6)) == "One film before yours: about 9 seconds."
    assert orders.waiting(orders.Wait(29, 185)) == "29 films before yours: about 3 minutes."
    assert orders.waiting(orders.Wait(0, 0.2)) == "Working: about 1 second."
