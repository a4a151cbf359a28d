"""The command line: ``python -m s2f_utils`` with report, verify, where, data, reach, page, animate …"""

import argparse
import errno
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from s2f_utils import CORPORA, WITHOUT_FACES, StudyError, files, surroundings

# What a disk refuses; anything else that the system says is a fault of ours.
_OF_THE_MACHINE = (
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.ENAMETOOLONG,
    errno.EIO,
    errno.ESTALE,
)


def main(arguments: list[str]) -> int:
    """Run one command and return the exit status."""
    return status(lambda: _run(arguments), interrupted="Interrupted; the same command goes on from here.")


def status(work: Callable[[], int | None], *, interrupted: str) -> int:
    """Do some work and return the exit status; what the user can mend is said in one sentence."""
    surroundings.settle(files.WORK)
    try:
        return work() or 0
    except StudyError as problem:
        print(f"Error: {problem}", file=sys.stderr)
        return 1
    except OSError as problem:
        if problem.errno not in _OF_THE_MACHINE:
            raise
        place, reason = problem.filename or "a file", (problem.strerror or "").lower()
        print(
            f"Error: {place}: this cannot be read or written ({reason}); mend that, or let S2F_WORK name a "
            "folder where all that is made may lie.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print(interrupted, file=sys.stderr)
        return 130


def _run(arguments: list[str]) -> int | None:
    if arguments[:1] == ["animate"]:
        from s2f_utils.talking import command

        return command.main(arguments[1:])
    if arguments[:1] == ["page"]:
        return _page(*_parser().parse_known_args(arguments))
    options = _parser().parse_args(arguments)
    return options.command(options)


def _page(options: argparse.Namespace, for_voila: list[str]) -> None:
    from s2f_utils.studio import page
    from s2f_utils.study import record

    os.environ |= {"CORPUS": options.corpus, "PROFILE": options.profile}  # the notebook reads them there
    run = record.Run("panel", corpus=options.corpus, profile=options.profile, pictures=True)
    page.main(run.models, run.features, for_voila)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m s2f_utils", description="A face from a voice.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = argparse.ArgumentParser(add_help=False)
    run.add_argument("--corpus", default="synthetic", help=", ".join(CORPORA))
    run.add_argument("--data", default="", help="folder in which real recordings lie")
    run.add_argument("--profile", default="quick", help="how much: a file in notebooks/params")
    study = argparse.ArgumentParser(add_help=False, parents=[run])
    study.add_argument("--real", default="", help="folder of real recordings to judge the model on as well")
    study.add_argument("--voices", default="", help="folder of sounds named as RAVDESS', to judge on too")
    study.add_argument("--scheduler", default="", help="Dask scheduler for extraction: tcp://host:8786")
    study.add_argument(
        "--params", default="", help='what notebooks declare, such as "EPOCHS=3 IMAGE_SIZE=128"'
    )
    report = commands.add_parser("report", parents=[study], help="bring the notebooks' results up to date")
    report.set_defaults(command=_report)
    verify = commands.add_parser("verify", parents=[study], help="the same, and compare with the reference")
    verify.set_defaults(command=_verify)
    where = commands.add_parser("where", parents=[run], help="who made a figure, table, film or number")
    where.add_argument("name", help="such as measures or evaluation.people")
    where.set_defaults(command=_where)
    data = commands.add_parser("data", parents=[run], help="make, fetch or check a corpus")
    data.add_argument("--people", default="", help="whose recordings to fetch first, such as 1,2 or s1,s4")
    data.add_argument("--host", help="where the records of published corpora are kept, if not at Zenodo")
    data.set_defaults(command=_data)
    reference = commands.add_parser("reference", parents=[run], help="keep a report as the reference")
    reference.set_defaults(command=_reference)
    reach = commands.add_parser("reach", help="whether a live face can go out to an address")
    reach.add_argument("address", help="osc://host:port or ws://127.0.0.1:port")
    reach.set_defaults(command=_reach)
    what = "the panel as a page, for a class; and voila's options"
    commands.add_parser("page", parents=[run], allow_abbrev=False, help=what)
    commands.add_parser("animate", add_help=False, help="a talking face from a sound or a sentence")
    return parser


def _report(options: argparse.Namespace) -> None:
    from s2f_utils.study import headline, record, verify

    run = _bring_up_to_date(options)
    numbers = record.metrics(run)
    print("\n".join(verify.summary(numbers, run=run.name)))
    print(f"The report: {run / 'index.html'}")
    headline.require_motion(numbers)


def _verify(options: argparse.Namespace) -> None:
    from s2f_utils.study import verify

    verify.require_reference(f"{options.corpus}-{options.profile}")  # before the long work
    verify.check(_bring_up_to_date(options))


def _bring_up_to_date(options: argparse.Namespace) -> Path:
    from s2f_utils.study import params, runner

    chosen = {name: getattr(options, name) for name in ("data", "profile", "real", "voices", "scheduler")}
    return runner.report(options.corpus, params=params.split(options.params), **chosen)


def _where(options: argparse.Namespace) -> None:
    from s2f_utils.study import provenance

    run = files.REPORTS / f"{options.corpus}-{options.profile}"
    for thing in provenance.find(run, options.name):
        print("\n".join(provenance.describe(run, thing)))


def _data(options: argparse.Namespace) -> None:
    from s2f_utils.recordings import sources
    from s2f_utils.study import plan
    from s2f_utils.study.corpus import digests, prepare_corpus, voices_folder

    people = [name.strip() for name in options.people.split(",") if name.strip()]
    if people or (sources.comes_whole(options.corpus) and not options.data):
        from s2f_utils.recordings import downloads

        folder = files.DATA / "raw" / options.corpus
        downloads.fetch(options.corpus, people, folder, host=options.host or downloads.ZENODO)
    if options.corpus in WITHOUT_FACES:
        folder = voices_folder(options.data or str(files.DATA / "raw" / options.corpus))
        digest = digests({"VOICES": folder})["VOICES"]
        print(f"The voices are ready ({digest[:12]}): make report VOICES={shlex.quote(folder)}")
        return
    notebooks = files.ROOT / "notebooks"
    profile = plan.read_profile(notebooks, options.profile, plan.read_all(notebooks))
    made = prepare_corpus(
        options.corpus, data=options.data, profile=options.profile, arguments=profile.get("corpus", {})
    )
    print(f"The corpus {options.corpus} is ready ({made['digest'][:12]}).")


def _reference(options: argparse.Namespace) -> None:
    from s2f_utils.study import reference

    reference.keep(files.REPORTS / f"{options.corpus}-{options.profile}")


def _reach(options: argparse.Namespace) -> None:
    from s2f_utils.live import outward

    outward.require(options.address)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
