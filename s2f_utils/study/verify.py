"""Whether a report's numbers are those of the reference, number by number, each within its tolerance."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from s2f_utils import StudyError, files
from s2f_utils.study import headline

Numbers = Mapping[str, float]

EXACT = (0.0, 0.0)
# Nothing is trained: on one machine these repeat to the last digit, another machine may round otherwise.
UNTRAINED = (0.002, 0.01)
# Name or pattern → absolute and relative distance that is allowed, whichever is more; the first that fits
# counts, None is not compared. Training repeats on one machine; on another, rounding grows from step to step.
# What is allowed there is about the difference between reports whose models were trained otherwise: as far as
# the same study may come out elsewhere, and no farther.
TOLERANCES: dict[str, tuple[float, float] | None] = {
    "corpus.median_seconds": UNTRAINED,  # how long a clip lasts
    # timings
    "report.*": None,
    "*seconds": None,
    "*_per_second": None,
    "*.realtime_factor": None,
    "extraction.time_over_floor*": None,
    "extraction.ravdess_hours.*": None,
    # counts
    **dict.fromkeys(("*.people", "*clips", "*.clips_moved", "*.speakers", "*.speakers_in_*"), EXACT),
    **dict.fromkeys(("*.parameters", "*.components", "*.heard_only", "*.gate"), EXACT),
    # what depends on no training
    **dict.fromkeys(("corpus.*", "extraction.*", "*.true.*", "*.oracle.*", "*.still_face*"), UNTRAINED),
    **dict.fromkeys(("*.mean_motion.*", "*.loudness.*", "*.ridge.*", "*.sentence_mean.*"), UNTRAINED),
    **dict.fromkeys(("*.mean_image.*", "*.nearest_frame.*", "*.warp.*", "*.real.*"), UNTRAINED),
    "evaluation.expression.*": (0.15, 0.0),  # shares of a few dozen clips
    # trained
    "dcgan.dcgan_2017.*": (0.1, 0.5),  # noise in place of faces
    "training.anatomy.*correlation": (0.15, 0.0),  # networks of a few epochs, most of them nearly still
    "training.break_and_mend.*correlation": (0.15, 0.0),  # one more of these
    "*.permutation_p*": (0.02, 0.0),
    "*correlation*": (0.05, 0.0),
    "*_sentence": (0.07, 0.0),  # correlations on new sentences, by whether speaker and sentence are known
    "*ratio*": (0.12, 0.1),
    "*rmse*": (0.003, 0.1),
    "*mse*": (0.0, 0.3),
    "*skill*": (0.08, 0.0),
    "*ssim": (0.02, 0.0),
    "*psnr": (1.0, 0.0),
    "*_nme": (0.003, 0.1),
    "*.identity_distance": (0.03, 0.0),
    "*.identity_kept": (0.05, 0.0),
    "*.coverage": (0.15, 0.0),
    "*.frechet_distance": (0.005, 0.2),
    "*.epochs": (10, 0.0),  # training ends when the people watched get no better
    "*_frames": (1.0, 0.0),  # lags and delays: one frame
    "*.final_loss": (0.0, 0.3),
    "*": (0.1, 0.2),
}
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
_OF_REAL = ("transfer.", "ablation.")  # recorded only where REAL= is given


def allowed(name: str, expected: float) -> float | None:
    """Distance from its reference that a number may show; None where it is not compared."""
    tolerance = next(value for pattern, value in TOLERANCES.items() if fnmatchcase(name, pattern))
    return None if tolerance is None else max(tolerance[0], tolerance[1] * abs(expected))


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
    for name, value in expected.items():
        distance, number = allowed(name, value), numbers.get(name)
        # Not "farther than", so that a number which is none lies outside too.
        if distance is not None and (number is None or not abs(number - value) <= distance):
            found.append((name, number, value, distance))
    return found


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
    """Leave out of the reference its timings, and what it found on other real recordings."""
    expected = reference(run.name)
    timings = [name for name, value in expected.items() if allowed(name, value) is None]
    real = headline.judged_on(files.read_json(run / "manifest.json"))
    same = real == files.read_json(headline.REFERENCE / "manifest.json").get("real", "")
    elsewhere = [name for name in expected if name.startswith(_OF_REAL) and not same]
    print(f"Not compared: {len(timings)} timings.")
    if elsewhere:
        why = "found with the same recordings in REAL= only"
        print(f"Not compared: {len(elsewhere)} numbers of transfer and ablation, {why}.")
    return {name: value for name, value in expected.items() if name not in {*timings, *elsewhere}}


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
    for name in (name for name in HEADLINE if name in numbers):
        line = f"  {name:40} {headline.text(numbers[name]):>8}"
        if name in expected:
            distance = headline.text(allowed(name, expected[name]))
            mark = "✗ outside its tolerance" if outside(numbers, {name: expected[name]}) else "✓"
            line += f"   reference {headline.text(expected[name]):>8} ± {distance:5} {mark}"
        lines.append(line)
    return lines
