"""``python -m bench.seeds``: train and judge from several seeds, and keep how far each number scatters."""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from s2f_utils import StudyError, files
from s2f_utils.__main__ import status
from s2f_utils.study import execution, headline, plan, provenance, record, verify
from s2f_utils.study.corpus import digests, other_folders
from s2f_utils.study.plan import Notebook

CORPUS = "synthetic"
# The trainings side by side, as in a report; then what judges them.
ROUNDS = (("03_cnn_rnn_training", "06_dcgan_generation"), ("04_evaluation", "05_expression"))
# Notebook 04 can train more, without each group of people and each ingredient of the corpus. That takes many
# times as long: it does as little of it as it can, and those numbers are left out.
LITTLE = {"FOLDS": 0, "ABLATION_EPOCHS": 1, "ABLATION_CLIPS": 1, "ABLATION_RUNS": 1}
LEFT_OUT = ("evaluation.folds.*", "ablation.*")
DIGITS = 4  # that count, of what is kept


def main(arguments: list[str]) -> int:
    """Measure and return the exit status; what the user can mend is said in one sentence."""
    options = _parser().parse_args(arguments)

    def work() -> None:
        measure(options.profile, count=options.seeds, real=options.real, voices=options.voices)

    return status(work, interrupted="Interrupted; the same command goes on after the last finished seed.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.seeds", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how many; the tolerances count on five")
    parser.add_argument("--profile", default="quick", help="of the report whose features are used")
    parser.add_argument("--real", default="", help="folder of real recordings to judge the models on as well")
    parser.add_argument("--voices", default="", help="folder of sounds named as RAVDESS', to judge on too")
    return parser


@dataclass(frozen=True)
class Study:
    """What is done again from each seed.

    ``run`` names the report whose features are used, and ``manifest`` is that report's; ``settings`` are the
    parameters of its profile, ``chosen`` those of the whole run.
    """

    run: str
    notebooks: dict[str, Notebook]
    settings: dict[str, dict]
    chosen: dict[str, str]
    manifest: dict

    def parameters(self, seed: int) -> dict[str, dict]:
        """Values that each notebook runs with."""
        values = LITTLE | {"SEED": seed}
        return {
            name: plan.parameters(notebook, self.settings, values, self.chosen)
            for name, notebook in self.notebooks.items()
        }

    def key(self, seed: int) -> str:
        """Fingerprint of everything that the numbers of a seed depend on."""
        executed = {name: entry["executed"] for name, entry in self.manifest["notebooks"].items()}
        needs = executed | dict.fromkeys(self.notebooks, "")
        given = self.parameters(seed)
        return files.digest(
            [
                plan.key(notebook, values=given[name], inputs=self.inputs, needs=needs)
                for name, notebook in self.notebooks.items()
            ]
        )

    @property
    def inputs(self) -> dict[str, str]:
        """Fingerprints of the recordings."""
        others = {name: self.chosen[name] for name in ("REAL", "VOICES")}
        return {"CORPUS": self.manifest["corpus"]["digest"]} | digests(others)


def read(profile: str, real: str, notebooks: Path, *, voices: str = "") -> Study:
    """Find what there is to do; ``StudyError`` where no report has made the features."""
    known = plan.read_all(notebooks)
    settings = plan.read_profile(notebooks, profile, known)
    run = f"{CORPUS}-{profile}"
    trained = {one.name: one for one in known if any(one.name in names for names in ROUNDS)}
    chosen = {"CORPUS": CORPUS, "DATA": "", "PROFILE": profile, "SCHEDULER": ""}
    chosen |= other_folders(list(trained.values()), real=real, voices=voices)
    manifest = files.read_json(files.REPORTS / run / "manifest.json")
    needed = {name for notebook in trained.values() for name in notebook.needs} - trained.keys()
    if not needed <= manifest.get("notebooks", {}).keys():
        raise StudyError(
            f"There is no report {run} to take features from; `make report PROFILE={profile}` makes it."
        )
    return Study(run, trained, settings, chosen, manifest)


def measure(
    profile: str,
    *,
    count: int,
    real: str = "",
    voices: str = "",
    notebooks: Path = files.ROOT / "notebooks",
) -> Path:
    """Train from the seeds 1, 2, … and return the file that says how far the numbers scatter.

    The file of the reference, where that is of the same run. Finished seeds lie in ``data/seeds``, and hold
    as long as code, parameters and recordings are the same.
    """
    if count < 2:
        raise StudyError(f"{count} training does not scatter; give --seeds=2 or more.")
    study = read(profile, real, notebooks, voices=voices)
    print(f"Left out, since they train for long: {', '.join(LEFT_OUT)}.", flush=True)
    found, seeds = [], list(range(1, count + 1))
    with ThreadPoolExecutor() as threads, execution.Processes() as processes:
        for seed in seeds:
            print(f"Seed {seed} of {count}", flush=True)
            found.append(_numbers(study, seed, lambda *work: list(threads.map(processes.execute, *work))))
    made = {"run": study.run, "corpus": CORPUS, "profile": profile}
    made |= {name: study.inputs[name.upper()] for name in provenance.OTHERS}
    made |= {"commit": files.commit(), "seeds": seeds} | scatter(found)
    kept = files.read_json(headline.REFERENCE / "manifest.json").get("run") == study.run
    path = (headline.REFERENCE if kept else files.DATA / "seeds" / study.run) / "seeds.json"
    files.write_json(path, made)
    for name in (name for name in verify.HEADLINE if name in made["mean"]):
        mean, spread = (headline.text(made[what][name]) for what in ("mean", "spread"))
        print(f"  {name:40} {mean:>8} ± {spread}")
    print(f"How far the numbers scatter: {path}")
    return path


def _numbers(study: Study, seed: int, execute: Callable[..., list]) -> dict[str, float]:
    """Train and judge from a seed, in a folder of its own that goes once its numbers are kept."""
    work = files.DATA / "seeds" / study.run / str(seed)
    kept, key = files.read_json(work.with_suffix(".json")), study.key(seed)
    if kept.get("key") == key:
        print("  trained before", flush=True)
        return kept["numbers"]
    started = time.perf_counter()
    run, given = _prepare(work, study.run), study.parameters(seed)
    for names in ROUNDS:
        chosen = [study.notebooks[name] for name in names]
        execute(chosen, [run] * len(names), [given[name] for name in names], [work] * len(names))
    numbers = record.metrics(run)
    files.write_json(work.with_suffix(".json"), {"key": key, "numbers": numbers})
    files.remove(work)
    print(f"  {len(numbers)} numbers in {(time.perf_counter() - started) / 60:.1f} minutes", flush=True)
    return numbers


def _prepare(work: Path, run: str) -> Path:
    """Make an empty place with the features and recordings that are there; return its report's folder."""
    files.remove(work)
    (work / "data").mkdir(parents=True)
    for name in ("features", "raw"):
        (work / "data" / name).symlink_to((files.DATA / name).resolve(), target_is_directory=True)
    (work / "reports" / run).mkdir(parents=True)
    return work / "reports" / run


def scatter(found: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Mean and standard deviation of each number that all trainings have; no timings.

    Returns
    -------
    dict
        ``mean`` and ``spread``: name → value.
    """
    names = [name for name in sorted(set.intersection(*map(set, found))) if not _left_out(name)]
    values = {name: [numbers[name] for numbers in found] for name in names}
    return {
        "mean": {name: _rounded(statistics.fmean(several)) for name, several in values.items()},
        "spread": {name: _rounded(statistics.stdev(several)) for name, several in values.items()},
    }


def _left_out(name: str) -> bool:
    return verify.is_timing(name) or any(fnmatchcase(name, pattern) for pattern in LEFT_OUT)


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
