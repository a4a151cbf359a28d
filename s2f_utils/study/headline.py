"""The numbers that matter: tables of predictors and generators, and the least that a mouth must move."""

from collections.abc import Mapping

from s2f_utils import StudyError, files
from s2f_utils.study import provenance

PREDICTORS = {
    "still_face": "still face",
    "mean_motion": "mean motion",
    "loudness": "loudness",
    "ridge": "ridge",
    "sentence_mean": "sentence mean",
    "net_2017": "2017 network",
    "net_2017_repaired": "2017 network, repaired",
    "lstm_2018": "2018 LSTM",
    "cnn_rnn_live": "CNN + RNN, causal",
    "cnn_rnn": "CNN + RNN (ours)",
}
GENERATORS = {
    "mean_image": "mean picture",
    "nearest_frame": "nearest frame",
    "warp": "warped reference",
    "l1_only": "without adversary",
    "dcgan_2017": "2017 DCGAN",
    "dcgan": "DCGAN (ours)",
}
MOVERS = {
    "chance": "chance",
    "still_face": "still face",
    "pitch_follower": "brows that follow pitch",
    "loudness_follower": "brows that follow loudness",
    "predicted_motion_live": "CNN + RNN, causal",
    "predicted_motion": "CNN + RNN (ours)",
    "predicted_motion_referenced": "CNN + RNN (ours), with a voice reference",
    "predicted_motion_told": "CNN + RNN (ours), told the emotion",
    "true_motion": "true motion",
}
# Measure → label, best value (the highest, the lowest, the one nearest to a number, none), and format.
MOTION = {
    "mouth_correlation": ("mouth correlation", "high", "z.2f"),
    "motion_ratio": ("motion ratio", 1.0, "z.2f"),
    "mouth_rmse": ("mouth RMSE", "low", ".4f"),
    "skill": ("skill", "high", "z.2f"),
    "velocity_correlation": ("velocity correlation", "high", "z.2f"),
    "sync_offset_frames": ("sync offset, frames", 0.0, "z.1f"),
    "mse_2017": ("MSE as in 2017", "low", ".6f"),
}
PICTURE = {
    "mse": ("MSE", "low", ".4f"),
    "psnr": ("PSNR, dB", "high", ".1f"),
    "ssim": ("SSIM", "high", ".3f"),
    "detection_rate": ("faces found", "high", ".3f"),
    "landmark_nme": ("landmark error", "low", ".4f"),
    "mouth_correlation": ("mouth correlation", "high", "z.2f"),
    "identity_distance": ("identity distance", "low", ".2f"),
    "identity_kept": ("identity kept", "high", ".2f"),
    "flicker_ratio": ("flicker ratio", 1.0, ".2f"),
    "sharpness_ratio": ("sharpness ratio", 1.0, ".2f"),
    "frechet_distance": ("Fréchet distance", "low", ".3f"),
    "coverage": ("coverage", "high", ".2f"),
}
# Where a name is not followed by its measure, {} is the name.
EXPRESSION = {
    "evaluation.expression.{}": ("emotions read rightly", "", ".2f"),
    "evaluation.expression.{}_strong": ("strong ones", "", ".2f"),
    "evaluation.expression.{}_arousal": ("high or low arousal", "", ".2f"),
    "evaluation.expression.brow_correlation.{}": ("brow correlation", "", "z.2f"),
    "voices.expression.{}": ("emotions, real voices", "", ".2f"),
}
TABLES = (
    ("expression", "Emotions that a classifier of true motion reads in the face", MOVERS, EXPRESSION),
    ("evaluation", "Landmarks from sound: people the model has never met", PREDICTORS, MOTION),
    ("transfer", "The same models on real people, another corpus", PREDICTORS, MOTION),
    ("dcgan", "Pictures from landmarks: people the generator has never met", GENERATORS, PICTURE),
)
# The short table: its rows, and its columns as subject, measure and label.
MAIN_ROWS = ("still_face", "ridge", "net_2017", "lstm_2018", "cnn_rnn")
MAIN_COLUMNS = (
    ("evaluation", "mouth_correlation", "mouth correlation"),
    ("evaluation", "motion_ratio", "motion ratio"),
    ("evaluation", "mouth_rmse", "mouth RMSE"),
    ("transfer", "mouth_correlation", "mouth correlation, real people"),
)
# The models of this study: their numbers show how trainings scatter.
OURS = ("cnn_rnn", "predicted_motion", "predicted_motion_referenced", "dcgan")
LEAST_MOTION = 0.3  # share of the true motion under which a mouth counts as dead
REFERENCE = files.ROOT / "reports" / "reference"


def table(numbers: dict, subject: str, names: dict, measures: dict, trainings: dict) -> list[tuple]:
    """Lay out ``<subject>.<name>.<measure>`` as rows; absent rows are left out.

    Returns
    -------
    list
        For each row its label and its cells: (value, a list of what surrounds it, whether it is the best).
    """
    best = {
        measure: _best(numbers, subject, names, measure, rule) for measure, (_, rule, _) in measures.items()
    }
    rows = []
    for name, label in names.items():
        if any(_key(subject, name, measure) in numbers for measure in measures):
            spread = trainings.get("spread", {}) if name in OURS else {}
            cells = [
                (*_cell(numbers, spread, _key(subject, name, measure), form), name in best[measure])
                for measure, (_, _, form) in measures.items()
            ]
            rows.append((label, cells))
    return rows


def _key(subject: str, name: str, measure: str) -> str:
    return measure.format(name) if "{}" in measure else f"{subject}.{name}.{measure}"


def _cell(numbers: dict[str, float], spread: dict, name: str, form: str) -> tuple[str, list[str]]:
    low, high = numbers.get(f"{name}_low"), numbers.get(f"{name}_high")
    around = [f"people {low:{form}} to {high:{form}}"] if None not in (low, high) else []
    if name in numbers and name in spread:
        words = f"{spread[name]:{form}}"
        vanishes = spread[name] and not float(words)  # not ± 0.00 where trainings do differ
        around.append(f"trainings ± {f'{spread[name]:.1g}' if vanishes else words}")
    return (f"{numbers[name]:{form}}" if name in numbers else "—"), around


def trainings(run: str, judged: Mapping[str, str]) -> dict:
    """Read what ``bench.seeds`` found of a report: its ``seeds``, and ``spread``: name → standard deviation.

    Empty where there is none of this report; without what was found on people whom it was not ``judged_on``.
    """
    kept = files.read_json(REFERENCE / "seeds.json")
    if kept.get("run") != run:
        return {}
    others = tuple(start for starts in provenance.of_others(kept, judged).values() for start in starts)
    spread = {name: value for name, value in kept["spread"].items() if not name.startswith(others)}
    return kept | {"spread": spread}


def explained(trainings: dict) -> str:
    """Say in a sentence what surrounds the values of a table."""
    words = "“people” is the 95 % interval of a bootstrap over people, of this one training"
    if trainings:
        words += "; “trainings ±” is one standard deviation over "
        words += f"{len(trainings['seeds'])} trainings from other seeds"
    return f"{words}."


def _best(numbers: dict, subject: str, names: dict, measure: str, rule: str | float) -> set[str]:
    found = {name: numbers.get(_key(subject, name, measure)) for name in names}
    found = {name: value for name, value in found.items() if value is not None}
    if len(found) < 2 or rule == "":
        return set()
    if rule in ("high", "low"):
        target = (max if rule == "high" else min)(found.values())
    else:
        target = min(found.values(), key=lambda value: abs(value - rule))
    return {name for name, value in found.items() if value == target}


def text(value: float) -> str:
    """Write a number with about three digits that count."""
    if float(value).is_integer() or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}" if abs(value) < 0.1 or abs(value) >= 10 else f"{value:.2f}"


def require_motion(numbers: dict[str, float]) -> None:
    """Raise a ``StudyError`` when the mouth of the trained model has collapsed.

    A motion ratio under 0.3, or a skill that is not above zero, on never-seen people. A profile whose numbers
    mean nothing sets ``GATE`` of notebook 04 to false.
    """
    ratio, skill = (numbers.get(f"evaluation.cnn_rnn.{name}", 1.0) for name in ("motion_ratio", "skill"))
    if not numbers.get("evaluation.gate", 0) or (ratio >= LEAST_MOTION and skill > 0):
        return
    raise StudyError(
        f"The mouth has collapsed: on never-seen people it moves {ratio:.0%} of what it should, its skill "
        f"is {skill:.2f}. Usual causes: too few epochs or clips, sound and picture out of step (notebook 02 "
        "shows the A/V offset), a loss without velocity and concordance. The report is complete all the same."
    )


def markdown(numbers: dict[str, float], trainings: dict) -> str:
    """Write the results in Markdown: a short table and that of expression; the others are folded."""
    labels, rows = _main(numbers, trainings)
    blocks = [_grid(rows, labels), explained(trainings)] if rows else []
    for subject, title, names, measures in TABLES:
        if rows := table(numbers, subject, names, measures, trainings):
            grid = _grid(rows, [label for label, *_ in measures.values()])
            folded = [f"<details><summary>All measures. {title}</summary>", grid, "</details>"]
            blocks += [f"{title}:", grid] if subject == "expression" else folded
    return "\n\n".join(blocks)


def _main(numbers: dict[str, float], trainings: dict) -> tuple[list[str], list[tuple]]:
    """Pick the short table out of the long ones, so that its best values are the best of all rows."""
    found, absent = {}, ("—", [], False)
    for subject, _, names, measures in TABLES:
        for label, cells in table(numbers, subject, names, measures, trainings):
            found |= {(subject, label, name): cell for name, cell in zip(measures, cells, strict=True)}
    subjects = {subject for subject, *_ in found}
    columns = [column for column in MAIN_COLUMNS if column[0] in subjects]
    rows = []
    for name in MAIN_ROWS:
        label = PREDICTORS[name]
        if ("evaluation", label, "mouth_rmse") in found:
            cells = [found.get((subject, label, measure), absent) for subject, measure, _ in columns]
            rows.append((label, cells))
    return [label for *_, label in columns], rows


def _grid(rows: list[tuple], labels: list[str]) -> str:
    lines = [" | ".join(["", *labels]), " | ".join(["---", *["--:"] * len(labels)])]
    for label, cells in rows:
        words = [[f"**{it}**" if best else it, *around] for it, around, best in cells]
        # Each on a line of its own, unbroken: a narrow column stays legible.
        lines.append(" | ".join([label, *("<br>".join(parts).replace(" ", "\xa0") for parts in words)]))
    return "\n".join(f"| {line} |" for line in lines)
