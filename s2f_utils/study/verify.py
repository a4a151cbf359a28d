"""Whether a report's numbers are those of the reference, number by number, each within its tolerance."""

import math
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from s2f_utils import StudyError, files
from s2f_utils.study import headline, provenance

Numbers = Mapping[str, float]

# Not compared.
TIMINGS = ("report.*", "training.*seconds", "dcgan.*seconds", "*_per_second", "*.realtime_factor")
TIMINGS += ("extraction.time_over_floor*", "extraction.ravdess_hours.*")
# Compared exactly.
COUNTS = ("*.people", "*clips", "*.clips_moved", "*.speakers", "*.speakers_in_*")
COUNTS += ("*.parameters", "*.components", "*.heard_only", "*.gate")
# No training touches these: on one machine they repeat to the last digit, another one may round otherwise.
UNTRAINED = ("corpus.*", "extraction.*", "*.true.*", "*.oracle.*", "*.real.*", "*.still_face*")
UNTRAINED += ("*.mean_motion.*", "*.loudness.*", "*.ridge.*", "*.sentence_mean.*")
UNTRAINED += ("*.mean_image.*", "*.nearest_frame.*", "*.warp.*")
UNTRAINED += ("*.expression.sound*", "*.expression.true_*", "*.expression.chance", "*.expression.majority")
# Kind of number → absolute and relative distance that another machine's rounding makes, whichever is more; of
# the kinds, the first that fits. Each is about twice the largest distance among the untrained numbers of two
# quick reports of one study from two machines; that stands behind it. A trained number may show as much.
ROUNDING = {
    "*.nearest_frame.mouth_correlation": (0.05, 0.0),  # 0.0225: of two frames as near, the other was taken
    "*.brow_correlation": (0.02, 0.0),  # 0.0089: brows hardly move
    "*correlation*": (0.006, 0.0),  # 0.0026
    "*_sentence": (0.006, 0.0),  # correlations too, by whether speaker and sentence are known
    "*skill*": (0.01, 0.0),  # 0.0044
    "*silence_spread": (0.004, 0.0),  # 0.0019
    "*ratio*": (0.005, 0.015),  # 0.7 %
    "*rmse*": (0.0, 0.02),  # 0.9 %
    "*mse_2017": (0.0, 0.02),  # 0.7 %; a kind of its own, since it is a hundred times smaller
    "*mse": (0.0, 0.04),  # 1.8 %
    "*.final_loss": (0.0, 0.04),  # squared errors too
    "*psnr": (0.08, 0.0),  # 0.04 dB
    "*ssim": (0.001, 0.0),  # 0.0004
    "*nme*": (0.0, 0.01),  # 0.35 %
    "*.identity_distance": (0.006, 0.0),  # 0.0029
    "*.frechet_distance": (0.0, 0.02),  # 0.8 %
    # None of the others differed. They go by steps, of which one or two may tip: a frame, an epoch, a clip of
    # thirty, a picture of some hundred, a few of two thousand shuffles.
    **dict.fromkeys(("*.delay_frames", "*_frames"), (1.0, 0.0)),
    "*.epochs": (1.0, 0.0),
    "*.expression.*": (0.07, 0.0),
    **dict.fromkeys(("*.coverage", "*.identity_kept", "*detection_rate"), (0.01, 0.0)),
    "*.permutation_p*": (0.003, 0.0),
    **dict.fromkeys(("*.opening_in_*", "*"), (0.002, 0.01)),
}
# Networks that fail, or learn for a few epochs only, scatter otherwise than those that work.
UNSTEADY = (
    *("dcgan.dcgan_2017.*", "dcgan.dcgan_shuffled.*", "*.net_2017.*", "*.net_2017_repaired.*"),
    *("training.anatomy.*", "training.break_and_mend.*"),
)
# A trained number may lie as far from the reference as two trainings do once in a thousand times, since some
# three hundred are compared at once: 5.04 standard deviations (Student's t) of a difference, √2 times those
# of one training. Five seeds say little about one number's deviation, 4 degrees of freedom; so its variance
# is averaged with the mean variance of its kind, which counts for as many more.
TIMES = 5.04 * math.sqrt(2)
# By hand, for trained numbers of which no other seed has been tried.
GUESSED = {"*correlation*": (0.1, 0.0), "*": (0.0, 0.2)}
HEADLINE = (
    "extraction.detection_rate",
    "extraction.mouth_correlation_vs_truth",
    "evaluation.ridge.mouth_correlation",
    "evaluation.net_2017.mouth_correlation",
    "evaluation.cnn_rnn.mouth_correlation",
    "evaluation.cnn_rnn.motion_ratio",
    "evaluation.cnn_rnn.mouth_rmse",
    "dcgan.dcgan.ssim",
    "dcgan.dcgan.landmark_nme",
    "dcgan.dcgan.identity_kept",
)


def is_timing(name: str) -> bool:
    """Whether a number says how long something took, on one machine and in one moment."""
    return _fits(name, TIMINGS)


def _fits(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _kind(name: str, kinds: Mapping = ROUNDING) -> str:
    return next(pattern for pattern in kinds if fnmatchcase(name, pattern))


def allowed(expected: Numbers, spread: Numbers) -> dict[str, float | None]:
    """Distance from its reference that each number may show; None where it is not compared.

    Parameters
    ----------
    expected
        Name → reference.
    spread
        Name → standard deviation over trainings from other seeds.
    """
    pooled = _pooled(spread)
    return {name: _allowed(name, value, pooled.get(name)) for name, value in expected.items()}


def _allowed(name: str, expected: float, deviation: float | None) -> float | None:
    if is_timing(name) or _fits(name, COUNTS):
        return None if is_timing(name) else 0.0
    rounding = _distance(ROUNDING[_kind(name)], expected)
    if _fits(name, UNTRAINED):
        return rounding
    if deviation is None:
        return max(rounding, _distance(GUESSED[_kind(name, GUESSED)], expected))
    return max(rounding, TIMES * deviation)


def _distance(tolerance: tuple[float, float], expected: float) -> float:
    return max(tolerance[0], tolerance[1] * abs(expected))


def _pooled(spread: Numbers) -> dict[str, float]:
    """Average each trained number's variance with the mean variance of its kind; return the deviations."""
    kinds: dict[tuple, list[str]] = {}
    for name in spread:
        if not _fits(name, (*TIMINGS, *COUNTS, *UNTRAINED)):
            kinds.setdefault((_kind(name), _fits(name, UNSTEADY)), []).append(name)
    pooled = {}
    for names in kinds.values():
        variance = sum(spread[name] ** 2 for name in names) / len(names)
        pooled |= {name: math.sqrt((spread[name] ** 2 + variance) / 2) for name in names}
    return pooled


def reference(run: str) -> dict[str, float]:
    """Read the reference of a report, such as ``synthetic-quick``; empty where there is none."""
    same = files.read_json(headline.REFERENCE / "manifest.json").get("run") == run
    return files.read_json(headline.REFERENCE / "metrics.json") if same else {}


def require_reference(run: str) -> None:
    """Raise a ``StudyError`` when there is nothing to compare a report with."""
    if not reference(run):
        known = files.read_json(headline.REFERENCE / "manifest.json").get("run", "nothing")
        raise StudyError(f"There is no reference for {run} to compare with; reports/reference holds {known}.")


def outside(numbers: Numbers, expected: Numbers) -> list[tuple[str, float | None, float, float]]:
    """List what is missing or farther from the reference than it may be.

    Returns
    -------
    list
        Name, value (None where it is missing), reference, and the distance that is allowed.
    """
    found = []
    for name, distance in allowed(expected, _spread()).items():
        number, value = numbers.get(name), expected[name]
        # Not "farther than", so that a number which is none lies outside too.
        if distance is not None and (number is None or not abs(number - value) <= distance):
            found.append((name, number, value, distance))
    return found


def _spread() -> dict[str, float]:
    """What trainings from other seeds scatter by, if that was measured on the reference's own study."""
    kept = files.read_json(headline.REFERENCE / "manifest.json")
    return headline.trainings(kept.get("run", ""), kept).get("spread", {})


def check(run: Path) -> None:
    """Print how a report compares with its reference; ``StudyError`` when a number is outside or missing."""
    require_reference(run.name)
    expected = _comparable(run)
    found = outside(files.read_json(run / "metrics.json"), expected)
    if found:
        print("\n".join(_table(found)))
    print(f"{len(expected) - len(found)} of {len(expected)} numbers are as in the reference.")
    if found:
        names = ", ".join(name for name, *_ in found[:3])
        raise StudyError(f"{run.name} is not as its reference: {names}{' …' if len(found) > 3 else ''}.")


def _comparable(run: Path) -> dict[str, float]:
    """Leave out of the reference its timings, and what it found on other recordings or voices."""
    expected = reference(run.name)
    timings = [name for name in expected if is_timing(name)]
    judged = provenance.judged_on(files.read_json(run / "manifest.json"))
    kept = files.read_json(headline.REFERENCE / "manifest.json")
    left_out = set(timings)
    print(f"Not compared: {len(timings)} timings.")
    for name, starts in provenance.of_others(kept, judged).items():
        elsewhere = {number for number in expected if number.startswith(starts)}
        left_out |= elsewhere
        if elsewhere:
            kinds = " and ".join(start.removesuffix(".") for start in starts)
            why = f"found with the same recordings in {name.upper()}= only"
            print(f"Not compared: {len(elsewhere)} numbers of {kinds}, {why}.")
    return {name: value for name, value in expected.items() if name not in left_out}


def _table(found: list[tuple]) -> list[str]:
    width = max(len(name) for name, *_ in found)
    lines = [f"  {'':{width}} {'here':>10} {'reference':>10}   allowed"]
    for name, number, value, distance in found:
        here = "missing" if number is None else headline.text(number)
        limit = f"± {headline.text(distance)}" if distance else "exactly"
        lines.append(f"  {name:{width}} {here:>10} {headline.text(value):>10}   {limit}")
    return lines


def summary(numbers: Numbers, *, run: str) -> list[str]:
    """Lines of headline numbers beside the reference; ✗ marks what lies outside its tolerance."""
    expected, lines = reference(run), []
    expected = {name: expected[name] for name in HEADLINE if name in expected}
    distances, strays = allowed(expected, _spread()), {name for name, *_ in outside(numbers, expected)}
    for name in (name for name in HEADLINE if name in numbers):
        line = f"  {name:40} {headline.text(numbers[name]):>8}"
        if name in expected:
            distance = headline.text(distances[name])
            mark = "✗ outside its tolerance" if name in strays else "✓"
            line += f"   reference {headline.text(expected[name]):>8} ± {distance:5} {mark}"
        lines.append(line)
    return lines
