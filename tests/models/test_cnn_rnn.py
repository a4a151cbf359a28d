"""The network learns what can be learned, and keeps to its shapes and files."""

import numpy as np
import pytest

from s2f_utils import EMOTIONS, StudyError
from tests.samples.clips import BROWS, CLIPS, acted, follow

ACTED = [acted(seed, ("happy", "sad")[seed % 2]) for seed in range(12)]
STRANGERS = [acted(seed + 100, ("happy", "sad")[seed % 2], speaker="02") for seed in range(4)]
HEARD = [acted(seed + 200, ("happy", "sad")[seed % 2], speaker=f"v{seed % 8}") for seed in range(120)]


@pytest.fixture(scope="module")
def trained():
    from s2f_utils.models import cnn_rnn

    schedule = {"epochs": 12, "batch_size": 4, "patience": 12}
    return cnn_rnn.train(ACTED, STRANGERS, voices=HEARD, channels=16, units=16, **schedule)


@pytest.mark.slow
def test_it_learns_what_can_be_heard(trained):
    from s2f_utils.models import cnn_rnn

    model, history, gain = trained
    predicted = cnn_rnn.predict(model, STRANGERS)
    assert follow(predicted) > 0.8
    assert history["val_loss"][-1] < 0.7 * history["val_loss"][0]


@pytest.mark.slow
def test_the_gain_restores_the_range(trained):
    from s2f_utils.models import cnn_rnn

    model, _, gain = trained
    predicted = cnn_rnn.predict(model, STRANGERS)
    ratio = np.mean(
        [
            own[:, 66, 1].std() / clip["motion"][:, 66, 1].std()
            for own, clip in zip(predicted, STRANGERS, strict=True)
        ]
    )
    assert 0.5 <= gain <= 2 and 0.7 < ratio < 1.3


@pytest.mark.slow
def test_louder_recordings_move_the_face_alike(trained):
    """Twice the amplitude adds log 4 to every log power: the answer must not change."""
    from s2f_utils.models import cnn_rnn

    model, _, _ = trained
    clip = ACTED[0]
    louder = {"log_mel": clip["log_mel"] + np.float32(np.log(4)), "loudness": clip["loudness"] + 6}
    quiet, loud = cnn_rnn.predict(model, [clip, clip | louder])
    assert np.abs(quiet - loud).max() < 1e-3 * np.abs(quiet).max() + 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("frames", [7, 25, 60, 333])
def test_any_length_is_answered(trained, frames):
    from s2f_utils.models import cnn_rnn

    quiet = {"log_mel": np.full((4 * frames, 40), -12)} | {"loudness": np.full(4 * frames, -50)}
    quiet |= dict.fromkeys(("pitch", "voicing"), np.zeros(4 * frames))
    motion = cnn_rnn.predict(trained[0], [{name: np.float32(one) for name, one in quiet.items()}])[0]
    assert motion.shape == (frames, 68, 2) and np.isfinite(motion).all()


@pytest.mark.slow
def test_a_saved_model_answers_the_same(trained, tmp_path):
    from s2f_utils.models import cnn_rnn, training

    model, _, gain = trained
    training.save(model, tmp_path, {"gain": gain})
    again, facts = training.load(tmp_path, "cnn_rnn")
    one, two = (cnn_rnn.predict(each, ACTED[:1])[0] for each in (model, again))
    assert np.array_equal(one, two) and facts == {"gain": gain}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cnn_rnn.json", "cnn_rnn.keras"]
    with pytest.raises(StudyError, match="make report"):
        training.load(tmp_path, "net_2017")


@pytest.mark.slow
def test_an_utterance_that_stops_at_once_is_answered_like_one_that_ends_in_quiet(trained):
    """What follows a recording is quiet: cutting its last second of quiet off changes nothing before."""
    from s2f_utils.models import cnn_rnn

    names = ("log_mel", "loudness", "pitch", "voicing")
    whole = {name: STRANGERS[0][name].copy() for name in names}
    whole["log_mel"][160:], whole["voicing"][160:] = whole["log_mel"][160], 0
    cut = {name: track[:168] for name, track in whole.items()}
    whole, cut = (cnn_rnn.predict(trained[0], [part])[0] for part in (whole, cut))
    assert np.abs(whole[:42] - cut).max() < 0.1 * np.ptp(whole)


def brows(motions) -> np.ndarray:
    """How far the brows are raised while it is spoken, for each clip."""
    return np.array([-motion[:, 17:27, 1].mean() for motion in motions])


@pytest.mark.slow
def test_the_brows_follow_the_voice(trained):
    """They were raised in high voices and lowered in low ones, and the mouth told nothing of it."""
    from s2f_utils.models import cnn_rnn

    raised = brows(cnn_rnn.predict(trained[0], STRANGERS))
    expected = BROWS * np.array([1, -1, 1, -1])
    assert (np.sign(raised) == np.sign(expected)).all() and np.abs(raised - expected).max() < 0.6 * BROWS


@pytest.mark.slow
def test_an_expression_can_be_asked_for_and_turned_up(trained):
    from s2f_utils.models import cnn_rnn

    def predict(**asked) -> np.ndarray:
        return np.array(cnn_rnn.predict(trained[0], STRANGERS, **asked))

    without, once, twice = (predict(emotion="happy", intensity=intensity) for intensity in (0, 1, 2))
    assert np.allclose(twice - without, 2 * (once - without), atol=1e-5)
    assert (brows(once) - brows(without) > 0.5 * BROWS).all()
    assert np.allclose(predict(intensity=0), without, atol=1e-6)
    assert np.allclose(without[:, :, 48:68], once[:, :, 48:68], atol=0.02), "lips go on saying what they said"


@pytest.mark.slow
def test_a_reference_changes_only_the_manner(trained):
    """What is said, told the manner that is heard beside a reference, answers the same."""
    from s2f_utils.models import cnn_rnn, manner
    from s2f_utils.sound import prosody

    model, low = trained[0], HEARD[1]
    answers = cnn_rnn.predict(model, STRANGERS, references=[[low]] * 4)
    assert np.abs(np.array(answers) - cnn_rnn.predict(model, STRANGERS)).max() > 1e-3
    heard = model.get_layer("manner")(
        [
            np.stack([prosody.summary(clip) for clip in STRANGERS]),
            np.stack([manner.reference([prosody.summary(low)])] * 4),
            np.zeros((4, 8), np.float32),
            np.ones((4, 1), np.float32),
        ]
    )
    told = [{"log_mel": clip["log_mel"], "manner": how} for clip, how in zip(STRANGERS, heard, strict=True)]
    assert np.allclose(answers, cnn_rnn.predict(model.get_layer("content"), told), atol=1e-5)


@pytest.fixture(scope="module")
def untrained():
    from s2f_utils.models import cnn_rnn, content, manner

    said = content.build(np.zeros(136), np.eye(136)[:2], channels=4, units=4)
    return cnn_rnn.with_manner(said, manner.fit(ACTED, np.zeros(12)))


def test_what_cannot_be_asked_for_is_refused(untrained):
    from s2f_utils.models import cnn_rnn

    with pytest.raises(StudyError, match="Emotion 'bored' is unknown; choose one of neutral"):
        cnn_rnn.predict(untrained, CLIPS[:1], emotion="bored")
    for intensity in (-0.1, 2.1, float("nan"), float("inf")):
        with pytest.raises(StudyError, match="not between 0 and 2"):
            cnn_rnn.predict(untrained, CLIPS[:1], intensity=intensity)
    for emotion in ("", *EMOTIONS):
        assert cnn_rnn.predict(untrained, CLIPS[:1], emotion=emotion, intensity=2)[0].shape == (50, 68, 2)


def test_faces_of_emotions_are_found_in_least_squares():
    """They are what is added to neutral speech; a strong emotion is twice a normal one."""
    from s2f_utils.models import cnn_rnn

    random = np.random.default_rng(0)
    true = random.normal(size=(8, 136))
    true[EMOTIONS.index("neutral")], speech = 0, random.normal(size=136)
    clips = []
    for number in range(800):
        index, intensity = number % 8, 1 + number // 8 % 2
        motion = np.tile(speech + true[index] * intensity / 2, (50, 1)) + random.normal(0, 0.1, (50, 136))
        loudness = np.repeat(np.where(np.arange(50) < 10, -70.0, -20.0), 4)
        motion[:10] = 5.0  # before anybody speaks
        facts = {"emotion": EMOTIONS[index], "intensity": intensity, "loudness": loudness}
        clips.append(facts | {"motion": motion.reshape(50, 68, 2)})
    assert np.allclose(cnn_rnn.expressions(clips), true, atol=0.1)
    assert np.isfinite(
        cnn_rnn.expressions([clip | {"loudness": np.full(200, -40.0)} for clip in clips])
    ).all()


def test_efforts_are_logarithms_of_how_much_farther_mouths_went():
    from s2f_utils.models import cnn_rnn, content

    mouth = np.zeros((2, 136))
    mouth[0, 66 * 2 + 1] = 1
    said = content.build(np.zeros(136), mouth, channels=4, units=4)
    once = [clip | {"neutral": np.zeros((68, 2), np.float32)} for clip in CLIPS[:1] * 3]
    clips = [clip | {"motion": clip["motion"] * factor} for clip, factor in zip(once, (1, 2, 4), strict=True)]
    efforts = cnn_rnn.efforts(said, clips)
    assert efforts == pytest.approx([-np.log(2), 0, np.log(2)], abs=1e-5)
