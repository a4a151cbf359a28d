"""How good generated faces are: true, sharp, steady, found by dlib, with the mouth asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from skimage.metrics import structural_similarity

from s2f_utils.faces import geometry, relighting, tracking
from s2f_utils.models import face_pairs
from s2f_utils.models.face_pairs import Faces
from s2f_utils.workers import each

_LONGEST = 100  # frames of a clip that are judged
_SHOWN = 256  # pixels to which smaller pictures are enlarged for dlib, which misses small faces
Films = Sequence[np.ndarray]  # of each take the pictures, (T, S, S, 3) uint8


@dataclass(frozen=True)
class Take:
    """One clip to judge by: its true pictures and landmarks, and the one picture known of the person.

    ``pictures`` (T, S, S, 3) uint8, ``landmarks`` (T, 68, 2) pixels, ``reference`` (S, S, 3) uint8,
    ``reference_landmarks`` (68, 2). See notebook 06_dcgan_generation.
    """

    speaker: str
    clip: str
    pictures: np.ndarray
    landmarks: np.ndarray
    reference: np.ndarray
    reference_landmarks: np.ndarray


def take(store: str | Path, clip: pd.Series, faces: Faces) -> Take:
    """Prepare one clip for judgement; its reference comes from ``faces`` by ``face_pairs.reference_for``.

    The true film is brought into the reference's light, which no generator could know otherwise.

    Where the reference is of the same clip, the last second, in which it lies, is not judged. See notebook
    06_dcgan_generation.
    """
    pictures, landmarks = face_pairs.sequence(store, clip, size=faces.size)
    chosen = face_pairs.reference_for(faces, clip["clip_id"])
    own = faces.clip[chosen] == clip["clip_id"]
    frames = min(_LONGEST, len(pictures) - 25 * own)
    reference = faces.pictures[chosen], faces.landmarks[chosen]
    lit = relighting.in_light_of(pictures[:frames], landmarks[:frames], *reference)
    return Take(clip["speaker"], clip["clip_id"], lit, landmarks[:frames], *reference)


def reduced(item: Take, size: int) -> Take:
    """Show a take in pictures of ``size`` pixels. See notebook 06_dcgan_generation."""
    scale = size / len(item.reference)
    return replace(
        item,
        pictures=face_pairs.resize(item.pictures, size),
        landmarks=item.landmarks * scale,
        reference=face_pairs.resize(item.reference[None], size)[0],
        reference_landmarks=item.reference_landmarks * scale,
    )


def judge(
    takes: Sequence[Take], drawn: Mapping[str, Films], *, per_take: int = 25, jobs: int = 2
) -> pd.DataFrame:
    """Measure every generator on every take.

    Parameters
    ----------
    takes
        Clips of the people to judge by.
    drawn
        Generator → for each take its (T, S, S, 3) uint8 pictures.
    per_take
        Pictures of a take that dlib looks at, evenly spread.
    jobs
        Processes to work with.

    Returns
    -------
    pandas.DataFrame
        A row for each ``generator`` and take with its ``speaker``, ``clip`` and the measures of
        ``compare`` and ``look``; ``real``, the true pictures themselves, is the floor.

    See notebook 06_dcgan_generation.
    """
    drawn = with_truth(takes, drawn)
    names = [(name, index) for name in drawn for index in range(len(takes))]
    work = [(drawn[name][index], takes[index], per_take) for name, index in names]
    measured = each(_measure, work, label="generated faces", unit="take", jobs=jobs)
    whose = [(name, takes[index].speaker, takes[index].clip) for name, index in names]
    return pd.DataFrame(whose, columns=["generator", "speaker", "clip"]).join(pd.DataFrame(measured))


def _measure(pictures: np.ndarray, item: Take, count: int) -> dict[str, float]:
    return compare(pictures, item.pictures, item.landmarks, count=count) | look(pictures, item, count)


def summary(judged: pd.DataFrame) -> pd.DataFrame:
    """Average takes over each person, then people; one row for each generator, in the order judged.

    See notebook 06_dcgan_generation.
    """
    by_person = judged.drop(columns="clip").groupby(["generator", "speaker"], sort=False).mean()
    return by_person.groupby("generator", sort=False).mean()


def named(table: pd.DataFrame, start: str = "dcgan") -> dict[str, float]:
    """Name the finite numbers of a summary ``<start>.<generator>.<measure>``."""
    numbers = {f"{start}.{name}.{measure}": value for (name, measure), value in table.stack().items()}
    return {name: float(value) for name, value in numbers.items() if np.isfinite(value)}


def compare(
    pictures: np.ndarray, true: np.ndarray, landmarks: np.ndarray, *, count: int | None = None
) -> dict[str, float]:
    """Compare (T, S, S, 3) uint8 pictures with the true ones, pixel by pixel, inside the face.

    Returns
    -------
    dict
        ``mse`` on −1 … 1 and ``psnr`` in dB from it, ``mouth_psnr`` in the mouth's box alone, ``ssim``,
        ``sharpness_ratio``, ``flicker_ratio``; all but the last on ``count`` pictures evenly spread.

    See notebook 06_dcgan_generation.
    """
    masks = np.stack([relighting.face_mask(points, pictures.shape[1]) > 0.5 for points in landmarks])
    chosen = spread(len(pictures), count)
    some, same, inside = pictures[chosen], true[chosen], masks[chosen]
    error = np.square(face_pairs.to_float(some) - face_pairs.to_float(same)).mean(axis=-1)
    mouth = [_mouth_box(points) for points in landmarks[chosen]]
    of_face = np.array([part[mask].mean() for part, mask in zip(error, inside, strict=True)])
    return {
        "mse": float(of_face.mean()),
        "psnr": psnr(of_face),
        "mouth_psnr": psnr(np.array([part[box].mean() for part, box in zip(error, mouth, strict=True)])),
        "ssim": float(np.mean([ssim(*three) for three in zip(some, same, inside, strict=True)])),
        "sharpness_ratio": _ratio(sharpness(some, inside), sharpness(same, inside)),
        "flicker_ratio": _ratio(flicker(pictures, masks), flicker(true, masks)),
    }


def _ratio(made: float, true: float) -> float:
    """How much there is of what the truth has; not a number where the truth has nothing."""
    return made / true if true else np.nan


def psnr(error: np.ndarray) -> float:
    """Mean peak signal-to-noise ratio in dB from (T,) squared errors on −1 … 1; infinite for no error."""
    with np.errstate(divide="ignore"):
        return float(np.mean(10 * np.log10(4 / error)))


def _mouth_box(landmarks: np.ndarray, *, margin: float = 0.15) -> tuple[slice, slice]:
    low, high = landmarks[48:68].min(axis=0), landmarks[48:68].max(axis=0)
    grow = margin * (high - low)
    (left, top), (right, bottom) = np.floor(low - grow).astype(int), np.ceil(high + grow).astype(int) + 1
    return slice(max(top, 0), bottom), slice(max(left, 0), right)


def ssim(picture: np.ndarray, true: np.ndarray, mask: np.ndarray) -> float:
    """Structural similarity of two (S, S, 3) uint8 pictures inside a mask; 1 for equal ones (Wang 2004)."""
    _, everywhere = structural_similarity(picture, true, channel_axis=-1, data_range=255, full=True)
    return float(everywhere[mask].mean())


def sharpness(pictures: np.ndarray, masks: np.ndarray) -> float:
    """Mean variance of the Laplacian of (T, S, S, 3) uint8 pictures in grey, inside masks: small for blur."""
    grays = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in pictures]
    edges = [cv2.Laplacian(gray, cv2.CV_64F) for gray in grays]
    return float(np.mean([edge[mask].var() for edge, mask in zip(edges, masks, strict=True)]))


def flicker(pictures: np.ndarray, masks: np.ndarray) -> float:
    """Mean change from one (T, S, S, 3) picture to the next in the upper half, where speech moves little."""
    change = np.abs(np.diff(pictures.astype(np.float32), axis=0)).mean(axis=-1)
    still = masks[1:].copy()
    still[:, pictures.shape[1] // 2 :] = False
    return float(change[still].mean())


def look(pictures: np.ndarray, item: Take, count: int | None = None) -> dict[str, float]:
    """Show (T, S, S, 3) uint8 pictures to dlib, enlarged: is there a face, and where?

    ``count`` pictures are looked at, evenly spread.

    Returns
    -------
    dict
        ``detection_rate``; ``landmark_nme``, the mean distance of found from asked landmarks in inter-ocular
        distances, not a number where no face was found; ``mouth_correlation`` of found with asked mouth
        opening, 0 for a mouth that never moves.

    See notebook 06_dcgan_generation.
    """
    chosen = spread(len(pictures), count)
    found = np.stack([tracking.find(picture) for picture in enlarge(pictures[chosen])])
    return obedience(found, enlarged(item.landmarks[chosen], pictures.shape[1]))


def obedience(found: np.ndarray, asked: np.ndarray) -> dict[str, float]:
    """Say what ``look`` says from (T, 68, 2) found landmarks, NaN where there is no face, and asked ones."""
    seen = np.isfinite(found[:, 0, 0])
    eyes = np.linalg.norm(asked[:, 36] - asked[:, 45], axis=-1)
    error = np.linalg.norm(found - asked, axis=-1).mean(axis=1) / eyes
    return {
        "detection_rate": float(seen.mean()),
        "landmark_nme": float(error[seen].mean()) if seen.any() else np.nan,
        "mouth_correlation": opening_correlation(found[seen], asked[seen]),
    }


def opening_correlation(found: np.ndarray, asked: np.ndarray) -> float:
    """Correlate the mouth opening of two (T, 68, 2) tracks; 0 where one does not move."""
    one, other = (geometry.opening(points) for points in (found, asked))
    if len(one) < 3 or min(one.std(), other.std()) < 1e-6:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def enlarge(pictures: np.ndarray) -> np.ndarray:
    """Show (T, S, S, 3) pictures to dlib as large as it needs them."""
    return face_pairs.resize(pictures, max(_SHOWN, pictures.shape[1]))


def enlarged(landmarks: np.ndarray, size: int) -> np.ndarray:
    """Carry landmarks from a picture of ``size`` pixels to the enlarged one, from centre to centre."""
    return (landmarks + 0.5) * max(_SHOWN / size, 1) - 0.5


def describe(pictures: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Describe (T, S, S, 3) uint8 pictures, whatever they show at their (T, 68, 2) landmarks: (T, 128)."""
    shown = zip(enlarge(pictures), enlarged(landmarks, pictures.shape[1]), strict=True)
    return np.stack([tracking.embedding(*one) for one in shown])


def with_truth(takes: Sequence[Take], drawn: Mapping[str, Films]) -> dict[str, Films]:
    """Put the true films, as ``real``, before those that generators drew: the floor of every measure."""
    return {"real": [item.pictures for item in takes], **drawn}


def spread(length: int, count: int | None) -> np.ndarray:
    """Choose ``count`` of ``length`` frames, evenly spread."""
    return np.arange(length) if count is None else np.unique(np.linspace(0, length - 1, count).astype(int))
