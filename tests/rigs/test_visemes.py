"""Visemes say of the lips what the phonemes say that were spoken."""

import numpy as np
import pytest

from s2f_utils.rigs import visemes
from s2f_utils.synthetic import motion

# What is seen of lips, by the symbol that is said: the phonetician's classes, not the module's.
LIPS = {"closed": "pbm_", "on the teeth": "fv", "rounded": "uʊɔowɹrʃʒɒ", "open": "ɑaæʌɐ",
        "spread": "iɪᵻeɛjszəɜɚ"}  # fmt: skip
LIPS_OF = {symbol: name for name, symbols in LIPS.items() for symbol in symbols}
LIPS_IN = {"sil": "closed", "PP": "closed", "FF": "on the teeth", "CH": "rounded", "RR": "rounded",
           "oh": "rounded", "ou": "rounded", "aa": "open", "E": "spread", "ih": "spread",
           "SS": "spread"}  # fmt: skip


def spoken(truth: dict[str, np.ndarray], times: np.ndarray) -> list[str]:
    """Name the symbol that is said at each time, diphthongs split; silence is ``_``."""
    said = np.full(len(times), "_", dtype=object)
    for symbol, start, end in zip(*(truth[name] for name in ("phonemes", "starts", "ends")), strict=True):
        parts = [part for part in str(symbol) if part in motion.TARGETS] or ["_"]
        edges = np.linspace(start, end, len(parts) + 1)
        for part, left, right in zip(parts, edges, edges[1:], strict=False):
            said[(times >= left) & (times < right)] = part
    return list(said)


@pytest.fixture(scope="module")
def frames(performances) -> list[tuple[str, str]]:
    """What is said in each frame of the clips, 25 a second, and the viseme with the most weight."""
    found = []
    for one in performances:
        times = np.arange(0, one.truth["times"][-1], 0.04)
        shown = np.abs(one.truth["times"] - times[:, None]).argmin(axis=1)
        weights = visemes.weights(one.motion[shown])
        top = [visemes.NAMES[index] for index in weights.argmax(axis=1)]
        found += zip(spoken(one.truth, times), top, strict=True)
    return [(symbol, top) for symbol, top in found if symbol != motion.BREATH]


def test_lips_are_those_of_what_is_said(frames):
    """In speech, without its pauses: far more often than the commonest class would be right."""
    pairs = [
        (LIPS_OF.get(symbol, "other"), LIPS_IN.get(top, "other")) for symbol, top in frames if symbol != "_"
    ]
    right = np.mean([said == seen for said, seen in pairs])
    said = [one for one, _ in pairs]
    commonest = max(said.count(one) for one in set(said)) / len(said)
    assert len(pairs) > 700 and right > 0.5 and right > commonest + 0.12


@pytest.mark.parametrize(("lips", "least"), [("closed", 0.85), ("on the teeth", 0.8), ("rounded", 0.8)])
def test_what_lips_alone_make_is_seen(frames, lips, least):
    seen = [LIPS_IN.get(top) for symbol, top in frames if LIPS_OF.get(symbol) == lips]
    assert np.mean([one == lips for one in seen]) > least


def test_the_viseme_itself_is_right_more_often_than_by_chance(frames):
    speech = [(symbol, top) for symbol, top in frames if symbol != "_"]
    assert np.mean([visemes.VISEME_OF[symbol] == top for symbol, top in speech]) > 0.4
    pauses = [top for symbol, top in frames if symbol == "_"]
    assert np.mean([top in ("sil", "PP") for top in pauses]) > 0.8


def test_weights_add_up_and_a_face_at_rest_is_silent(performances):
    weights = visemes.weights(performances[0].motion)
    assert weights.shape == (len(performances[0].motion), 15) and weights.min() >= 0
    assert np.allclose(weights.sum(axis=1), 1)
    assert visemes.weights(np.zeros((1, 68, 2)))[0, visemes.NAMES.index("sil")] > 0.8


def test_weights_do_not_flicker(performances):
    """What changes from one frame to the next is less than the mouth's own: visemes last some frames."""
    changes = [np.abs(np.diff(visemes.weights(one.motion), axis=0)).sum(axis=1) / 2 for one in performances]
    assert np.concatenate(changes).mean() < 0.25


def test_every_symbol_of_the_embedded_corpus_has_its_viseme():
    assert set(motion.TARGETS) - {motion.BREATH} == set(visemes.VISEME_OF)
    assert visemes.NAMES == tuple("sil PP FF TH DD kk CH SS nn RR aa E ih oh ou".split())
