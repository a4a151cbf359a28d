"""What is ordered becomes a film of these words by this face, the same beside others as alone."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from bench import visitors
from s2f_utils import SAMPLE_RATE, StudyError
from s2f_utils.models import dcgan
from s2f_utils.recordings import media
from s2f_utils.studio import making, order as orders
from s2f_utils.talking import animate


def said(number: int) -> orders.Order:
    """What one of many visitors orders."""
    text, voice = visitors.sentence(number)
    return orders.Order(text=text, speaker=voice, person=("21", "01")[number % 2], view="face")


def test_it_offers_people_and_networks(models, store):
    offer = making.Studio(models, store).offer()
    assert offer.people == {"21, never seen": "21", "01": "01"} and "cnn_rnn" in offer.models


@pytest.mark.slow
def test_films_made_side_by_side_are_those_made_alone(models, store):
    """Each has the sound of its own order, and every byte that it has when nobody else is there."""
    numbers = range(2)
    alone = [next(making.Studio(models, store).make(said(number))) for number in numbers]
    studio = making.Studio(models, store)
    with ThreadPoolExecutor(2) as two:
        beside = list(two.map(lambda number: next(studio.make(said(number))), numbers))
    for number in numbers:
        assert beside[number].film == alone[number].film and beside[number].track == alone[number].track
        assert visitors.whose(visitors.Visit(film=beside[number].film), numbers) == number


def test_a_film_comes_before_its_files_and_is_drawn_once(models, store, monkeypatch, tmp_path):
    drawn, draw = [], dcgan.Frames._one

    def counted(frames, number):
        drawn.append(number)
        return draw(frames, number)

    monkeypatch.setattr(dcgan.Frames, "_one", counted)
    order = orders.Order(text="Hello.", person="21", view="face")
    film, *files = making.Studio(models, store).make(order)
    assert isinstance(film, orders.Film) and [one.name for one in files] == [
        "talk.mp4",
        "talk.npz",
        "talk.gif",
    ]
    assert files[0].content == film.film and film.sentence.startswith(f"{seconds(order):.1f} s of speech in")
    assert drawn == list(range(film.frames)), "one film's pictures serve the film and the gif"
    (tmp_path / "talk.mp4").write_bytes(film.film)
    (tmp_path / "talk.npz").write_bytes(files[1].content)
    shown = len(list(media.read_frames(tmp_path / "talk.mp4")))
    assert film.frames == shown == len(np.load(tmp_path / "talk.npz")["landmarks"])
    left, right = film.span
    assert 0 < left < right < 1


def seconds(order: orders.Order) -> float:
    return len(animate.say(order.text, speaker=order.speaker)) / SAMPLE_RATE


def test_what_is_wrong_with_an_order_is_said_before_any_network_is_read(tmp_path):
    studio, nothing = making.Studio(tmp_path, tmp_path), tmp_path / "silence.wav"
    soundfile.write(nothing, np.zeros(SAMPLE_RATE), SAMPLE_RATE)
    wrong = {
        "nothing to say": orders.Order(text="?!"),
        "no recording yet": orders.Order(source="upload"),
        "Nothing is recorded yet": orders.Order(source="microphone"),
        "neither sound nor video": orders.Order(source="upload", recording=b"no sound at all"),
        "only silence": orders.Order(source="upload", recording=nothing.read_bytes()),
        "no photograph yet": orders.Order(text="Hello.", view="photo"),
        "no dial": orders.Order(text="Hello.", model="lstm_2018", expression="happy"),
    }
    for sentence, order in wrong.items():
        with pytest.raises(StudyError, match=sentence):
            studio.hear(order)
    assert studio.hear(orders.Order(text="Hello.", model="lstm_2018")).dial == {}


def test_a_dial_goes_with_the_networks_that_have_one(tmp_path):
    order = orders.Order(text="Hello.", expression="sad", intensity=1.5)
    for model in making.DIALLED:
        heard = making.Studio(tmp_path, tmp_path).hear(replace(order, model=model))
        assert json.loads(json.dumps(heard.dial)) == {"emotion": "sad", "intensity": 1.5}
        assert np.array_equal(heard.audio, heard.hear(SAMPLE_RATE))
