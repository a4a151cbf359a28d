"""Augmentation keeps sound and face together; what is lengthened goes on as it was."""

import numpy as np

from s2f_utils import EMOTIONS
from s2f_utils.models import utterances
from tests.samples.clips import CLIPS, acted, utterance


def test_augmentation_keeps_sound_and_face_together():
    """However fast an utterance becomes and wherever it begins, loud moments still open the mouth."""
    random = np.random.default_rng(0)
    clip = utterance(3)
    clip["motion"][:, 48, 0] = 0.1  # one corner of the mouth
    mirrored, muted, together = 0, 0, []
    for _ in range(200):
        log_mel, motion = utterances.augment(clip["log_mel"], clip["motion"], random)
        if not motion.any():
            muted += 1
            assert np.ptp(log_mel.mean(axis=1)) < 1.5  # nothing but a noise floor
            continue
        assert log_mel.shape == (4 * len(motion), 40) and 45 <= len(motion) <= 112
        level = np.log(np.exp(log_mel).mean(axis=1)).reshape(-1, 4).mean(axis=1)
        together.append(np.corrcoef(level, motion[:, 66, 1])[0, 1])
        mirrored += motion[0, 54, 0] < 0
    assert 8 < muted < 35 and 60 < mirrored < 130
    assert np.mean(together) > 0.6


def test_batches_mark_padding():

    batch = utterances.Utterances(CLIPS[:3], 75, batch_size=2, seed=None)
    spectra, targets = batch[0]
    assert spectra.shape == (2, 300, 40) and targets.shape == (2, 75, 137) and len(batch) == 2
    assert targets[0, :50, -1].all() and not targets[0, 50:, -1].any()
    assert np.array_equal(targets[0, :50, :-1].reshape(50, 68, 2), CLIPS[0]["motion"])


def test_networks_are_told_the_manner_with_the_sound():
    """Throughout the utterance, and for each its own, however they are shuffled."""
    from s2f_utils.models import manner, utterances

    clips = [acted(seed, emotion) for seed, emotion in enumerate(("happy", "sad", "happy"))]
    (spectra, how), targets = utterances.Utterances(clips, 75, batch_size=3, seed=4, told=True)[0]
    assert spectra.shape == (3, 300, 40) and how.shape == (3, 75, manner.SIZE) and len(targets) == 3
    assert (how == how[:, :1]).all() and how[:, 0].sum() == 3 and not how[..., -1].any()
    happy = how[:, 0, EMOTIONS.index("happy")] == 1
    raised = targets[:, :, 17 * 2 + 1].mean(axis=1)
    assert happy.sum() == 2 and (raised[happy] <= 0).all() and (raised[~happy] >= 0).all()


def test_another_pitch_moves_harmonics_and_leaves_the_envelope():
    """Ripples of a 400 Hz voice come to lie where a 480 Hz voice has them; a smooth spectrum stays."""
    from s2f_utils.sound import speech

    hertz = speech.mel_centres()
    low = hertz < 1500  # where bands are narrow enough to show harmonics

    def ripples(pitch: float) -> np.ndarray:
        return np.tile(np.cos(2 * np.pi * hertz / pitch) * low, (8, 1))

    envelope = np.tile(-6 - hertz / 2000, (8, 1))
    moved = utterances._at_pitch(envelope + ripples(400), 1.2) - envelope
    assert np.corrcoef(moved[0, :15], ripples(480)[0, :15])[0, 1] > 0.9
    assert np.allclose(utterances._at_pitch(envelope, 1.2)[:, 4:-4], envelope[:, 4:-4], atol=0.05)


def test_a_room_dies_away_at_its_rate():

    click = np.full((60, 40), -30.0)
    click[10] = 0.0
    echo = utterances._in_room(click, 0.5, 0.1)
    assert np.allclose(echo[10], 0) and np.allclose(echo[11], np.log(0.1), atol=1e-6)
    assert np.allclose(np.diff(echo[11:40], axis=0), np.log(1e-6) / 50, atol=1e-3)  # 60 dB in 0.5 s


def test_held_noise_goes_on_as_noise():
    """As loud, as restless, and never a sound of its own; an utterance shorter than what is held, too."""
    from s2f_utils.models.utterances import lengthen

    noise = np.random.default_rng(0).normal(-12, 0.6, (100, 40))
    longer = lengthen(noise, 300)
    assert longer.shape == (300, 40) and np.array_equal(longer[:100], noise)
    assert 0.4 < longer[100:].std(axis=0).mean() < 0.8 and abs(longer[100:].mean() + 12) < 0.2
    assert lengthen(noise[:4], 100).shape == (100, 40)


def test_a_row_lasts_and_so_does_the_last_of_several():
    row, rows = np.array([1.0, 2.0]), np.arange(6.0).reshape(3, 2)
    assert utterances.lasting(row, 4).tolist() == [[1, 2]] * 4
    assert utterances.lasting(rows, 5).tolist() == [[0, 1], [2, 3], *[[4, 5]] * 3]
