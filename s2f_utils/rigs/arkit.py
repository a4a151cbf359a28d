"""How much of each ARKit blendshape a face shows: constrained least squares on its landmarks."""

import numpy as np

from s2f_utils.faces import geometry
from s2f_utils.rigs.blendshapes import FITTED, NAMES, displacements
from s2f_utils.synthetic.shape import mean_face

_RIDGE = (
    4e-4  # inter-ocular distances squared: of several ways to make a face, the one with the least weights
)
_SWEEPS, _EXACT = 2000, 5e-6


def weights(motion: np.ndarray, neutral: np.ndarray | None = None) -> np.ndarray:
    """Fit the blendshapes of ARKit to a face that moves.

    Parameters
    ----------
    motion
        (T, 68, 2) displacements of the landmarks from the face at rest, in inter-ocular distances.
    neutral
        (68, 2) landmarks of that face at rest; by default the mean face.

    Returns
    -------
    numpy.ndarray
        (T, 52) weights 0 … 1 in the order of ``blendshapes.NAMES``; those that are not in
        ``blendshapes.FITTED`` are 0. ``mouthClose`` is never above ``jawOpen``: it takes back what the jaw
        does to the lips, and lips that do not part cannot be taken further.

    Notes
    -----
    Each frame's weights have the least squared distance to its landmarks, plus a little of their own squares.
    Displacements as a small turn of the head makes them count for nothing: removing the pose leaves some,
    since noses are nearer than ears. What is asked for is solved for all frames at once, one weight after the
    other, until none moves (coordinate descent: the problem is strictly convex). See notebook
    07_speech_to_face.
    """
    shapes = displacements(neutral)
    directions = np.stack([shapes[name] for name in FITTED])
    jaw, close = FITTED.index("jawOpen"), FITTED.index("mouthClose")
    directions[close] += directions[jaw]  # fitted in its place: the jaw open behind lips that meet
    seen = _unturned(directions.reshape(len(FITTED), -1))
    asked = _unturned(np.asarray(motion, float).reshape(len(motion), -1))
    found = bounded(seen, asked, ridge=_RIDGE)
    found[:, jaw] = np.minimum(found[:, jaw] + found[:, close], 1)
    found[:, close] = np.minimum(found[:, close], found[:, jaw])
    result = np.zeros((len(motion), len(NAMES)))
    result[:, [NAMES.index(name) for name in FITTED]] = found
    return result


def bounded(directions: np.ndarray, asked: np.ndarray, *, ridge: float) -> np.ndarray:
    """Solve least squares with weights between 0 and 1, and a penalty on their squares.

    Takes (n, d) directions and (T, d) vectors that they are to add up to; returns (T, n) weights that
    minimise ``|w·directions − asked|² + ridge·|w|²``. See notebook 07_speech_to_face.
    """
    gram = directions @ directions.T + ridge * np.eye(len(directions))
    goal = asked @ directions.T
    found = np.zeros_like(goal)
    for _ in range(_SWEEPS):
        farthest = 0.0
        for index, row in enumerate(gram):
            old = found[:, index].copy()
            best = old + (goal[:, index] - found @ row) / row[index]
            found[:, index] = np.clip(best, 0, 1)
            farthest = max(farthest, np.abs(found[:, index] - old).max(initial=0))
        if farthest < _EXACT:
            break
    return found


def _unturned(vectors: np.ndarray) -> np.ndarray:
    """Take out of (n, 136) displacements what nods and shakes of the head look like, the pose removed."""
    face = mean_face()
    rigid = geometry.to_complex(face[list(geometry.RIGID), :2])
    turned = np.repeat(face[None, :, :2], 4, axis=0)
    ways, axes = np.array([0.1, -0.1, 0.1, -0.1]), [0, 0, 1, 1]  # a shake and a nod, to and fro
    turned[range(4), :, axes] += ways[:, None] * face[:, 2]  # the nearer a point, the farther it is carried
    left = geometry.remove_pose(turned, rigid=rigid).astype(float)
    basis, _ = np.linalg.qr((left[::2] - left[1::2]).reshape(2, -1).T)
    return vectors - vectors @ basis @ basis.T
