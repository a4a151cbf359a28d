"""Weights follow what truly moved the face, and play it again."""

import time
from collections.abc import Sequence

import numpy as np
import pytest
from scipy.optimize import lsq_linear

from s2f_utils.faces.geometry import MIRROR, remove_pose
from s2f_utils.rigs import arkit
from s2f_utils.rigs.blendshapes import FITTED, NAMES, displacements
from s2f_utils.synthetic.shape import mean_face, project

AT = {name: index for index, name in enumerate(NAMES)}


@pytest.fixture(scope="module")
def fitted(performances):
    return [(one, arkit.weights(one.motion, one.neutral)) for one in performances]


def played(weights: np.ndarray, neutral: np.ndarray) -> np.ndarray:
    """Move a face by the weights, as a rig would: (T, 68, 2)."""
    shapes = displacements(neutral)
    return neutral + sum(weights[:, AT[name], None, None] * shapes[name] for name in FITTED)


def follows(track: Sequence[float], other: Sequence[float]) -> float:
    return np.corrcoef(track, other)[0, 1]


def test_the_jaw_opens_as_it_truly_did(fitted):
    found = [follows(weights[:, AT["jawOpen"]], one.truth["jaw"]) for one, weights in fitted]
    assert min(found) > 0.98 and np.median(found) > 0.99


def test_eyes_blink_when_they_truly_did(fitted):
    blinked = [(one.truth["blink"], weights) for one, weights in fitted if one.truth["blink"].max() > 0.5]
    assert len(blinked) > 10
    for truth, weights in blinked:
        for side in ("Left", "Right"):
            found = weights[:, AT[f"eyeBlink{side}"]]
            assert follows(found, truth) > 0.95 and found[truth.argmax()] > 0.75


def test_lips_meet_at_every_p_b_and_m(fitted):
    """Within two frames of the sound lips take back all that the jaw has opened; in a vowel they do not."""
    met, parted, gaps = [], [], []
    for one, weights in fitted:
        times, jaw = one.truth["times"], weights[:, AT["jawOpen"]]
        share = weights[:, AT["mouthClose"]] / np.maximum(jaw, 0.02)
        face = played(weights, one.neutral)
        gap = face[:, 66, 1] - face[:, 62, 1]
        for symbol, start, end in zip(
            *(one.truth[name] for name in ("phonemes", "starts", "ends")), strict=True
        ):
            near = (times >= start - 2 / 30) & (times <= end + 2 / 30)
            if str(symbol)[0] in "pbm":
                met.append(share[near].max())
                gaps.append(gap[near].min())
            elif str(symbol).strip("ˈˌː") in ("ɑ", "a", "æ", "ʌ"):
                parted.append(share[near & (times >= start) & (times < end)].min(initial=1))
    assert len(met) > 30 and np.mean(np.array(met) > 0.9) >= 0.95
    assert np.mean(np.array(gaps) < 0.03) >= 0.95, "a rig's lips meet, too"
    assert len(parted) > 10 and np.median(parted) < 0.6


@pytest.mark.parametrize(
    ("up", "down", "tracks"),
    [
        (["mouthSmileLeft", "mouthSmileRight"], ["mouthFrownLeft", "mouthFrownRight"], ["smile"]),
        (["browDownLeft", "browDownRight"], [], ["brow_frown"]),
        (["browInnerUp"], [], ["inner_brow", "brow_raise"]),
        (["eyeWideLeft", "eyeWideRight"], ["eyeBlinkLeft", "eyeBlinkRight"], ["eye_opening"]),
    ],
)
def test_an_expression_is_the_actors(fitted, up, down, tracks):
    """From clip to clip: who smiles more has more of the smile and less of its contrary, and so on."""
    places = [AT[name] for name in up], [AT[name] for name in down]
    found = [
        weights[:, places[0]].sum(1).mean() - weights[:, places[1]].sum(1).mean() for _, weights in fitted
    ]
    truth = [sum(one.truth[track].mean() for track in tracks) for one, _ in fitted]
    assert follows(found, truth) > 0.9


def test_a_smile_that_is_drawn_by_hand_is_a_smile():
    """Corners that go out and up, an asymmetric one on its side alone."""
    motion = np.zeros((2, 68, 2))
    motion[:, [54, 64]] = (0.08, -0.09)
    motion[0, [48, 60]] = (-0.08, -0.09)
    both, left = arkit.weights(motion)[:, [AT["mouthSmileLeft"], AT["mouthSmileRight"]]]
    assert both.min() > 0.4 and left[0] > 0.4 and left[1] < 0.1


def test_played_again_the_mouth_is_where_it_was(fitted):
    for one, weights in fitted:
        face, truth = played(weights, one.neutral), one.neutral + one.motion
        gap, true = (points[:, 66, 1] - points[:, 62, 1] for points in (face, truth))
        assert follows(gap, true) > 0.98
        missed = ((face - truth)[:, 48:] ** 2).sum() / (one.motion[:, 48:] ** 2).sum()
        assert missed < 0.2


def test_planted_weights_are_found_again():
    """Of shapes that do not undo one another; the penalty takes a little off."""
    names = ["jawOpen", "mouthClose", "mouthSmileLeft", "browInnerUp", "browDownRight", "eyeBlinkRight"]
    names += ["mouthLeft", "mouthRollLower"]
    planted = np.zeros((40, 52))
    planted[:, [AT[name] for name in names]] = np.random.default_rng(0).uniform(0.1, 0.9, (40, len(names)))
    planted[:, AT["mouthClose"]] *= planted[:, AT["jawOpen"]]
    neutral = mean_face()[:, :2]
    found = arkit.weights(played(planted, neutral) - neutral, neutral)
    assert np.abs(found - planted).max() < 0.15 and np.abs(found - planted).mean() < 0.01


def test_a_mirrored_face_swaps_left_and_right(performances):
    swapped = [AT[name.replace("Left", "?").replace("Right", "Left").replace("?", "Right")] for name in NAMES]
    for one in performances[:3]:
        motion, neutral = (points[..., list(MIRROR), :] * (-1, 1) for points in (one.motion, one.neutral))
        weights = arkit.weights(one.motion, one.neutral)
        assert np.allclose(arkit.weights(motion, neutral)[:, swapped], weights, atol=2e-3)
        assert not np.allclose(weights[:, swapped], weights, atol=2e-3)


def test_a_face_at_rest_has_no_weights_and_a_head_that_nods_hardly_any():
    assert not arkit.weights(np.zeros((3, 68, 2))).any()
    pose = np.zeros((25, 5))
    pose[:, 0], pose[:, 1] = np.linspace(-0.1, 0.1, 25), 0.06 * np.sin(np.arange(25))
    seen = project(np.repeat(mean_face()[None], 25, 0), pose, scale=200, centre=(300, 200))
    motion = remove_pose(seen) - remove_pose(seen)[12]
    assert np.abs(motion).max() > 0.01 and arkit.weights(motion).max() < 0.06


def test_no_weight_leaves_its_range_and_none_but_the_fitted_moves(fitted):
    others = [AT[name] for name in NAMES if name not in FITTED]
    wild = arkit.weights(np.random.default_rng(0).normal(0, 0.3, (50, 68, 2)))
    for weights in [*(weights for _, weights in fitted), wild]:
        assert weights.min() >= 0 and weights.max() <= 1 and not weights[:, others].any()
        assert (weights[:, AT["mouthClose"]] <= weights[:, AT["jawOpen"]]).all()


@pytest.mark.parametrize("mixed", [0, 0.95])
def test_bounded_least_squares_are_those_of_scipy(mixed):
    """Also where directions look much like one another, and many a weight is held at a bound."""
    rng = np.random.default_rng(1)
    directions, ridge = rng.normal(size=(12, 30)), 0.01
    directions = (1 - mixed) * directions + mixed * directions[0]
    asked = rng.uniform(-0.5, 1.5, (60, 12)) @ directions + rng.normal(0, 0.1, (60, 30))
    found = arkit.bounded(directions, asked, ridge=ridge)
    stacked = np.hstack([directions, np.sqrt(ridge) * np.eye(12)]).T
    wanted = [
        lsq_linear(stacked, np.r_[one, np.zeros(12)], (0, 1), method="bvls", tol=1e-14).x for one in asked
    ]
    assert np.abs(found - wanted).max() < 1e-7 and 0.1 < np.mean((found == 0) | (found == 1)) < 0.9


def test_weights_that_would_go_round_in_circles_arrive(monkeypatch):
    """One exchange at a time finds the same as all at once."""
    asked = np.random.default_rng(2).normal(0, 0.3, (20, 68, 2))
    usual = arkit.weights(asked)
    monkeypatch.setattr(arkit, "_TRIES", 0)
    assert np.allclose(arkit.weights(asked), usual, atol=1e-9)


def test_a_frame_alone_is_that_of_the_film_and_takes_a_moment(performances):
    one = performances[0]
    fit, took, alone = arkit.Fit(one.neutral), [], []
    for frame in one.motion:
        start = time.perf_counter()
        alone += [*fit.weights(frame[None])]
        took.append(1000 * (time.perf_counter() - start))
    assert np.allclose(alone, arkit.weights(one.motion, one.neutral), atol=1e-9)
    assert np.median(took) < 3  # milliseconds, of the 40 that a frame lasts


def test_a_film_takes_less_time_than_it_lasts(performances):
    motion = np.concatenate([one.motion for one in performances])
    start = time.perf_counter()
    arkit.weights(motion)
    assert len(motion) / (time.perf_counter() - start) > 500  # frames a second
