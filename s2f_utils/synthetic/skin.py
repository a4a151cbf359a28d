"""Skin: the relief of a face and its colours."""

import numpy as np

from s2f_utils.synthetic.canvas import blob, curve, fill, grid, noise, pair
from s2f_utils.synthetic.people import Person


def relief(person: Person) -> np.ndarray:
    """Height of the skin towards the viewer, inter-ocular distances, (S, S). Explained in notebook 01."""
    x, y = grid()
    face, look = person.face, person.look.__getitem__
    half, (eye, level) = face[16, 0], face[42:48, :2].mean(0)
    tip, mouth, chin = face[30, 1], face[62, 1], face[8, 1]
    wing = face[35, 0]
    inside = 1 - (x / (half * 1.07)) ** 2 - ((y - 0.2) / np.where(y < 0.2, 1.6, chin + 0.05)) ** 2
    # An ellipsoid that falls on steeply outside, so that a wide jaw is shaded like a side of the head.
    height = 0.85 * np.where(inside > 0.02, np.sqrt(np.maximum(inside, 0.02)), 0.141 + 3.54 * (inside - 0.02))
    height += 0.024 * _bones(person, 45)
    for step in np.linspace(0, 1, 6):  # the ridge rises towards the tip
        ridge = blob(0, step * (tip + 0.02) - 0.05, (0.055 + 0.03 * step) * (1 + 0.2 * look("bridge")), 0.085)
        bump = 0.02 * look("hump") * np.sin(np.pi * step)
        height += person.depth**0.5 * (0.05 + 0.045 * step + bump) * ridge
    height += (0.10 + 0.025 * look("tip")) * blob(0, tip + 0.03, 0.085 * (1 + 0.15 * look("tip")), 0.075)
    height += 0.055 * pair(wing * 0.85 + 0.02, face[33, 1] - 0.07, 0.05, 0.05)
    height += (0.05 + 0.025 * look("brow_bone")) * pair(eye, -0.2, 0.2, 0.07)
    height += 0.05 * pair(eye, level, 0.085, 0.07) - 0.085 * person.depth * pair(eye, level, 0.15, 0.085)
    height += (0.06 + 0.03 * look("cheekbones")) * pair(half * 0.62, 0.38, 0.2, 0.16)
    height += (0.035 * look("cheeks") - 0.03) * pair(half * 0.62, 0.8, 0.17, 0.22)
    height += 0.06 * blob(0, mouth, 0.3, 0.15) - 0.012 * blob(0, face[33, 1] + 0.1, 0.03, 0.07)
    height += 0.03 * blob(0, face[51, 1] - 0.01, 0.18, 0.03) - 0.04 * blob(0, face[57, 1] + 0.06, 0.16, 0.05)
    height += (0.075 + 0.03 * look("chin_bone")) * blob(0, chin - 0.14, 0.17, 0.12)
    return (height - person.age * _folds(person)).astype(np.float32)


def complexion(person: Person, rng: np.random.Generator) -> np.ndarray:
    """Colour of the skin (S, S, 3): blood, shadows, stubble, freckles, the warmth under it. Notebook 01."""
    face, half, look = person.face, person.face[16, 0], person.look.__getitem__
    blood = (0.8 + 0.5 * look("blush")) * pair(half * 0.6, 0.42, 0.2, 0.16) + 0.25 * noise(rng, 20)
    blood += 0.7 * blob(0, face[30, 1], 0.12, 0.1)
    colour = person.skin * (1 + blood[..., None] * np.array([0.03, -0.05, -0.05]))
    colour = colour * (1 + 0.01 * noise(rng, 2)[..., None] + 0.018 * noise(rng, 6)[..., None])
    colour = colour * (1 + 0.04 * _bones(person, 30)[..., None])
    colour = colour * (1 - np.clip(_around_eyes(person), -0.1, 0.7)[..., None] * np.array([0.75, 1, 0.95]))
    wing = face[35, 0]
    nostrils = sum(blob(s * 0.48 * wing, face[33, 1] - 0.036, 0.2 * wing, 0.017, power=3) for s in (-1, 1))
    base = 0.22 * blob(0, face[33, 1] + 0.002, 0.12, 0.02)
    base += 0.3 * pair(wing + 0.025, face[33, 1] - 0.06, 0.02, 0.045)
    base += (0.1 + 0.07 * look("bridge_shade")) * pair(0.1, face[29, 1] - 0.1, 0.025, 0.2)
    colour = colour * (1 - np.clip(0.72 * nostrils + base, 0, 0.85)[..., None] * np.array([0.9, 1, 1]))
    lid = _above_eyes(face) - [0, 0.012 * look("lid")]
    crease = (_line(lid, 0.012) + _line(lid * [-1, 1], 0.012)) * np.clip(0.35 + 0.2 * look("crease"), 0, 0.8)
    colour = colour * (1 - (crease + 0.24 * person.age * _wrinkles(person))[..., None])
    spots = np.clip(noise(rng, 3) - 1.5, 0, 1) * (pair(0.35, 0.35, 0.25, 0.15) + blob(0, 0.25, 0.2, 0.12))
    colour = colour * (1 - 0.35 * person.freckles * spots[..., None] * np.array([0.5, 0.8, 1]))
    beard = _beard(person, rng)[..., None]
    return np.clip(colour * (1 - beard) + person.beard_colour * beard, 0, 1)


def _bones(person: Person, sigma: float) -> np.ndarray:
    """Smooth bumps of a person's own, the same left and right."""
    bumps = noise(np.random.default_rng([37, person.seed, round(sigma)]), sigma)
    return 0.6 * (bumps + bumps[:, ::-1])


def _around_eyes(person: Person) -> np.ndarray:
    """Shade of sockets, make-up and bags under the eyes."""
    (eye, level), look = person.face[42:48, :2].mean(0), person.look.__getitem__
    dark = 0.14 + 0.08 * person.depth + 0.1 * person.age + 0.09 * look("sockets")
    shade = pair(eye, level - 0.02, 0.15, 0.08) * dark + 0.15 * pair(0.22, -0.03, 0.05, 0.06)
    shade += 0.45 * person.makeup * pair(eye + 0.01, level - 0.06, 0.14, 0.06)
    return shade + pair(eye, level + 0.12, 0.11, 0.04) * (0.06 + 0.14 * person.age + 0.06 * look("bags"))


def _beard(person: Person, rng: np.random.Generator) -> np.ndarray:
    """How much hair covers the lower face, 0…1."""
    if person.beard == "none":
        return np.zeros_like(grid()[0])
    face, (x, y) = person.face, grid()
    lip, mouth, chin, half = face[33, 1], face[62, 1], face[8, 1], face[16, 0]
    moustache = blob(0, (lip + face[51, 1]) / 2 + 0.02, 0.22, 0.055, power=4)
    low = face[57, 1]
    goatee = blob(0, (chin + low) / 2 + 0.04, 0.17, (chin - low) * 0.42, power=5)
    edge = 0.72 + 0.55 * (1 - np.abs(x) / half) - 0.35 * np.exp(-((x / 0.45) ** 2))
    cheeks = 1 / (1 + np.exp((edge - y) / 0.05))
    parts = {
        "stubble": 0.3 * np.maximum(cheeks, moustache),
        "curtain": 0.75 * np.maximum(cheeks, goatee),
        "moustache": 0.85 * moustache,
        "goatee": 0.8 * np.maximum(goatee, moustache),
        "full": 0.75 * np.maximum.reduce([cheeks, moustache, goatee]),
    }
    bare = blob(0, mouth + 0.02, 0.2, 0.075, power=4)
    return np.clip(parts[person.beard] * (1 - 0.9 * bare) * (0.85 + 0.22 * noise(rng, 1.6)), 0, 1)


def _folds(person: Person) -> np.ndarray:
    """Furrows from the nose to the corners of the mouth, as depth."""
    return 0.022 * sum(_line(_furrow(person.face, side), 0.025) for side in (-1, 1))


def _furrow(face: np.ndarray, side: int) -> np.ndarray:
    nose, corner = face[31, :2], face[48, :2]
    return np.array([nose + [-0.05, -0.03], corner + [-0.09, -0.13], corner + [-0.1, 0.03]]) * [-side, 1]


def _wrinkles(person: Person) -> np.ndarray:
    """Lines across the forehead, crow's feet and furrows, 0…1."""
    brow = np.array([(-0.4, 0.03), (-0.15, -0.01), (0.15, 0), (0.4, 0.03)])
    lines = [brow * [scale, 1] + [0, height] for scale, height in ((0.8, -0.55), (1, -0.64), (0.7, -0.72))]
    for side in (-1, 1):
        corner = np.array([side * 0.56, 0.02])
        lines += [corner + [(0, 0), (side * 0.06, d / 2), (side * 0.11, d)] for d in (-0.05, 0.01, 0.07)]
        lines.append(_furrow(person.face, side))
    return np.clip(sum(_line(line, 0.009) for line in lines), 0, 1)


def _above_eyes(face: np.ndarray) -> np.ndarray:
    return face[[36, 37, 38, 39], :2] + [(0.0, -0.045), (0.0, -0.05), (0.0, -0.05), (0.0, -0.035)]


def _line(points: np.ndarray, thickness: float) -> np.ndarray:
    """A soft line, thinner at its ends."""
    path = curve(np.asarray(points), 30)
    across = np.gradient(path, axis=0)[:, ::-1] * [-1, 1]
    across *= thickness / np.linalg.norm(across, axis=1, keepdims=True)
    across *= np.sin(np.linspace(0.2, np.pi - 0.2, 30))[:, None]
    return fill(np.concatenate([path + across, (path - across)[::-1]]), blur=max(1.0, thickness * 70))
