"""What is taken of a published corpus: speech in sight, of people who are there."""

import re

import pytest

from s2f_utils import CORPORA, WITHOUT_FACES
from s2f_utils.recordings import sources


@pytest.mark.parametrize(
    "corpus, taken, left",
    [
        ("ravdess", "Actor_07/01-01-05-02-01-01-07.mp4", "Actor_07/02-01-05-02-01-01-07.mp4"),  # silent
        ("ravdess", "x/Actor_07/01-01-05-02-01-01-07.mp4", "Actor_07/01-02-05-02-01-01-07.mp4"),  # sung
        ("grid", "s1/bbal7s.mpg", "s1/align/bbal7s.align"),
        ("ravdess-landmarks", "01-01-05-02-01-01-07.csv", "01-02-05-02-01-01-07.csv"),  # sung
        ("ravdess-speech", "Actor_07/03-01-05-02-01-01-07.wav", "Actor_07/03-02-05-02-01-01-07.wav"),
    ],
)
def test_speech_in_sight_is_taken_and_nothing_else(corpus, taken, left):
    source = sources.SOURCES[corpus][0]
    assert re.fullmatch(source.member, taken) and not re.fullmatch(source.member, left)


def test_a_table_goes_to_the_folder_of_its_actor_beside_its_sound():
    tables, sounds = sources.SOURCES["ravdess-landmarks"]
    table = re.fullmatch(tables.member, "01-01-05-02-01-01-07.csv").expand(tables.target)
    sound = re.fullmatch(sounds.member, "Actor_07/03-01-05-02-01-01-07.wav").expand(sounds.target)
    assert (table, sound) == ("Actor_07/01-01-05-02-01-01-07.csv", "Actor_07/03-01-05-02-01-01-07.wav")


@pytest.mark.parametrize(
    "corpus, there, absent",
    [("ravdess", ("1", "07", "24"), ("0", "25", "s1")), ("grid", ("s1", "s34"), ("s0", "s21", "s35", "1"))],
)
def test_people_are_those_whom_the_corpus_has(corpus, there, absent):
    (source,) = sources.SOURCES[corpus]
    assert all(re.fullmatch(source.people, name) for name in there)
    assert not any(re.fullmatch(source.people, name) for name in absent)


def test_every_source_is_of_a_corpus_or_of_voices_alone_and_says_its_licence():
    assert set(sources.SOURCES) <= {*CORPORA, *WITHOUT_FACES} and not set(CORPORA) & set(WITHOUT_FACES)
    assert all("CC BY" in source.licence for parts in sources.SOURCES.values() for source in parts)
    whole = [corpus for corpus in sources.SOURCES if sources.comes_whole(corpus)]
    assert whole == ["ravdess-landmarks", "ravdess-speech"]
