"""Faces of which everything is known: drawn ones, and pictures that say who they are."""

import numpy as np

from s2f_utils.faces import geometry
from s2f_utils.models import face_pairs
from s2f_utils.synthetic import motion

MODEL_SIZE = FACE_SIZE = 32  # pixels


def oval_face(opening: float = 0.1, *, width: float = 1.0) -> np.ndarray:
    """Write down 68 pose-free points of a plain face: (68, 2), inter-ocular distances, eyes level."""
    jaw = np.linspace(np.pi, 0, 17)
    points = np.zeros((68, 2))
    points[0:17] = np.stack([0.75 * width * np.cos(jaw), 1.15 * np.sin(jaw)], axis=-1)
    points[17:22] = [(x, -0.22) for x in np.linspace(-0.6, -0.15, 5)]
    points[22:27] = [(x, -0.22) for x in np.linspace(0.15, 0.6, 5)]
    points[27:31] = [(0, y) for y in np.linspace(0, 0.38, 4)]
    points[31:36] = [(x, 0.45) for x in np.linspace(-0.15, 0.15, 5)]
    eye = [(-0.14, 0), (-0.05, -0.05), (0.05, -0.05), (0.14, 0), (0.05, 0.05), (-0.05, 0.05)]
    points[36:42], points[42:48] = np.add(eye, (-0.36, 0)), np.add(eye, (0.36, 0))
    around = np.linspace(np.pi, 3 * np.pi, 13)[:12]
    points[48:60] = np.stack([0.3 * np.cos(around), 0.75 + (0.12 + opening / 2) * np.sin(around)], axis=-1)
    inside = np.linspace(np.pi, 3 * np.pi, 9)[:8]
    points[60:68] = np.stack([0.22 * np.cos(inside), 0.75 + opening / 2 * np.sin(inside)], axis=-1)
    return points


def paint(points: np.ndarray, colour: tuple[int, int, int], size: int = FACE_SIZE) -> np.ndarray:
    """Paint a toy portrait whose every pixel follows from its landmarks and a skin colour."""
    import cv2

    picture = np.full((size, size, 3), 90, np.uint8)
    for part, level in ((range(0, 17), colour), (range(48, 60), (190, 60, 60)), (range(60, 68), (40, 0, 0))):
        cv2.fillConvexPoly(picture, np.round(points[list(part)] * 16).astype(np.int32), level, cv2.LINE_AA, 4)
    return picture


def toy_faces(people: int = 3, clips: int = 2, frames: int = 6) -> face_pairs.Faces:
    rng = np.random.default_rng(5)
    columns = {"pictures": [], "landmarks": [], "speaker": [], "clip": [], "order": []}
    for person in range(people):
        colour, width = tuple(map(int, rng.integers(120, 240, 3))), rng.uniform(0.9, 1.1)
        openings = iter(rng.permutation(np.linspace(0, 0.4, clips * frames)))  # no picture comes twice
        for clip in range(clips):
            for frame in range(frames):
                points = geometry.in_crop(oval_face(next(openings), width=width), FACE_SIZE)
                row = paint(points, colour), points, f"p{person}", f"p{person}_{clip}", frame
                for column, value in zip(columns.values(), row, strict=True):
                    column.append(value)
    return face_pairs.Faces(**{key: np.array(value) for key, value in columns.items()})


def settings(faces, **changes):
    watched = face_pairs.condition(faces.landmarks[:2], faces.pictures[6], faces.landmarks[6])
    usual = dict(epochs=1, adversarial_epochs=1, pictures_per_epoch=8, batch_size=4, seed=1, width=8)
    return usual | {"watched": watched} | changes


def mean_face() -> np.ndarray:
    """A schematic face in inter-ocular distances: eyes level, origin between them, left and right alike."""
    angle = np.linspace(np.pi, 0, 17)
    jaw = np.stack([0.8 * np.cos(angle), 1.35 * np.sin(angle)], axis=1)
    brow = np.stack([np.linspace(-0.65, -0.15, 5), [-0.2, -0.28, -0.3, -0.28, -0.22]], axis=1)
    nose = np.array(
        [[0, y] for y in (0.0, 0.15, 0.3, 0.45)] + [[x, 0.55] for x in (-0.15, -0.08, 0, 0.08, 0.15)]
    )
    eye = np.array([[-0.5, 0], [-0.4, -0.06], [-0.28, -0.06], [-0.18, 0], [-0.28, 0.05], [-0.4, 0.05]])
    turn = np.linspace(np.pi, -np.pi, 13)[:-1]
    outer = np.stack([0.3 * np.cos(turn), 0.9 - 0.12 * np.sin(turn)], axis=1)
    turn = np.linspace(np.pi, -np.pi, 9)[:-1]
    inner = np.stack([0.22 * np.cos(turn), 0.9 - 0.03 * np.sin(turn)], axis=1)
    flip = np.array([-1, 1])
    other_eye = (eye * flip)[[3, 2, 1, 0, 5, 4]]
    return np.concatenate([jaw, brow, brow[::-1] * flip, nose, eye, other_eye, outer, inner]).astype(
        np.float32
    )


def grey_like(frames):
    return [np.full_like(frame, 90) for frame in frames]


def numbered(count: int, size: int = 64) -> list[np.ndarray]:
    """Grey pictures whose brightness says which one it is."""
    return [np.full((size, size, 3), 20 + 4 * (index % 55), np.uint8) for index in range(count)]


def opening(landmarks):
    """Mouth opening in inter-ocular distances, by the study's own definition."""
    between = np.linalg.norm(landmarks[:, 62] - landmarks[:, 66], axis=1)
    return between / np.linalg.norm(landmarks[:, 36] - landmarks[:, 45], axis=1)


def tracks(**values: float) -> dict[str, np.ndarray]:
    """Tracks of an embedded face that rests, and in a second frame does what is asked for."""
    names = (*motion.TRACKS, *motion.EXPRESSION, "closure", "blink")
    return {name: np.array([0.0, values.get(name, 0.0)]) for name in names}
