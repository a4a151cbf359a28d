"""How much of each ARKit blendshape a face shows: constrained least squares on its landmarks."""

import numpy as np

from s2f_utils.faces import geometry
from s2f_utils.rigs.blendshapes import FITTED, NAMES, displacements
from s2f_utils.synthetic.shape import mean_face

# Inter-ocular distances squared: of several ways to make a face, the one with the least weights.
_RIDGE = 4e-4
_PLACES = [NAMES.index(name) for name in FITTED]
_SLACK = 1e-10  # by how much rounding may let a condition be missed
_TRIES = 5  # exchanges of many weights at once that may bring nothing before they go one by one
_BELOW, _FREE, _ABOVE = -1, 0, 1  # where a weight is: held at 0, between, or held at 1


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
    since noses are nearer than ears. The problem is strictly convex, and its one answer depends on no other
    frame. See notebook 07_speech_to_face.
    """
    return Fit(neutral).weights(motion)


class Fit:
    """Fits the blendshapes to one face, as `weights` does, frame by frame if need be.

    What depends on the (68, 2) ``neutral`` face alone is worked out once. See notebook 07_speech_to_face.
    """

    def __init__(self, neutral: np.ndarray | None = None) -> None:
        shapes = displacements(neutral)
        directions = np.stack([shapes[name] for name in FITTED])
        self._jaw, self._close = FITTED.index("jawOpen"), FITTED.index("mouthClose")
        directions[self._close] += directions[self._jaw]  # in its place: the jaw open behind lips that meet
        self._directions = _unturned(directions.reshape(len(FITTED), -1))

    def weights(self, motion: np.ndarray) -> np.ndarray:
        """Return the (T, 52) weights of (T, 68, 2) displacements."""
        asked = np.asarray(motion, float).reshape(len(motion), -1)  # what a turn does is in no direction
        found, jaw, close = bounded(self._directions, asked, ridge=_RIDGE), self._jaw, self._close
        found[:, jaw] = np.minimum(found[:, jaw] + found[:, close], 1)
        found[:, close] = np.minimum(found[:, close], found[:, jaw])
        result = np.zeros((len(motion), len(NAMES)))
        result[:, _PLACES] = found
        return result


def bounded(directions: np.ndarray, asked: np.ndarray, *, ridge: float) -> np.ndarray:
    """Solve least squares with weights between 0 and 1, and a penalty on their squares.

    Takes (n, d) directions and (T, d) vectors that they are to add up to; returns (T, n) weights that
    minimise ``|w·directions − asked|² + ridge·|w|²``, exactly: which weights are held at a bound is found by
    block principal pivoting (Júdice and Pires, Computers & Operations Research 21, 1994), from those of the
    row before on. See notebook 07_speech_to_face.
    """
    gram = directions @ directions.T + ridge * np.eye(len(directions))
    held, found = np.full(len(directions), _BELOW), []
    for goal in asked @ directions.T:
        row, held = _pivoted(gram, goal, held)
        found.append(row)
    return np.array(found).reshape(len(asked), len(directions))


def _pivoted(gram: np.ndarray, goal: np.ndarray, held: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Solve one row, beginning with a guess of where its weights are; returns them and where they are."""
    held, fewest, tries = held.copy(), len(goal) + 1, _TRIES
    while True:
        free, found = held == _FREE, (held == _ABOVE).astype(float)
        found[free] = np.linalg.solve(gram[np.ix_(free, free)], (goal - gram @ found)[free])
        slope = gram @ found - goal
        low, high = free & (found < -_SLACK), free & (found > 1 + _SLACK)
        loose = (held == _BELOW) & (slope < -_SLACK) | (held == _ABOVE) & (slope > _SLACK)
        wrong = np.flatnonzero(low | high | loose)
        if not len(wrong):
            return np.clip(found, 0, 1), held
        # Exchanging all at once may go round in circles; the last one alone never does (Murty's rule).
        fewest, tries = (len(wrong), _TRIES) if len(wrong) < fewest else (fewest, tries - 1)
        moved = wrong if tries > 0 else wrong[-1:]
        held[moved] = np.where(low, _BELOW, np.where(high, _ABOVE, _FREE))[moved]


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
