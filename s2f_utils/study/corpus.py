"""The corpus of a report: the embedded one made where needed, real recordings found and fingerprinted."""

import shutil
import time
from pathlib import Path

from s2f_utils import CORPORA, WITHOUT_FACES, StudyError, files
from s2f_utils.study import plan


def prepare_corpus(corpus: str, *, data: str, profile: str, arguments: dict) -> dict:
    """Make the embedded corpus or find the real recordings; return their digest and the seconds it took."""
    folder = corpus_folder(corpus, data)
    if corpus != "synthetic":
        _look_through(corpus, Path(folder))
        return {"digest": plan.folder_digest(Path(folder)), "seconds": 0.0}
    folder = files.DATA / "raw" / f"synthetic-{profile}"
    digest = files.digest([files.code_digests("s2f_utils.synthetic.talking_heads"), arguments])
    made = files.read_json(folder / ".made.json")
    if made.get("digest") != digest and folder.exists():
        shutil.rmtree(folder)
        made = {}
    if made.get("clips") == len(list(folder.glob("*/*.mp4"))):
        return made
    from s2f_utils.synthetic import talking_heads

    print("Making the embedded corpus")
    files.write_json(folder / ".made.json", {"digest": digest})
    start = time.perf_counter()
    talking_heads.make(folder, **arguments)
    made = {"digest": digest, "seconds": round(time.perf_counter() - start, 2)}
    made["clips"] = len(list(folder.glob("*/*.mp4")))
    files.write_json(folder / ".made.json", made)
    return made


def corpus_folder(corpus: str, data: str) -> str:
    """Say where real recordings lie; nothing for the embedded corpus."""
    if corpus in WITHOUT_FACES:
        raise StudyError(
            f"CORPUS={corpus} has voices and no faces to learn from; to judge a model on these voices, give "
            f"their folder, `make report VOICES={data or files.DATA / 'raw' / corpus}`."
        )
    if corpus not in CORPORA:
        raise StudyError(f"There is no corpus named {corpus}; choose one of {', '.join(CORPORA)}.")
    if corpus == "synthetic":
        if data:
            raise StudyError(
                "DATA= goes with real recordings; add CORPUS=grid, CORPUS=ravdess or CORPUS=folder."
            )
        return ""
    folder = Path(data).expanduser().resolve() if data else files.DATA / "raw" / corpus
    if not folder.is_dir():
        fetch = "" if data or corpus == "folder" else f"run `make data CORPUS={corpus}`, or "
        raise StudyError(f"There is no folder {folder}; {fetch}say where the recordings lie with DATA=.")
    return str(folder)


def other_folders(notebooks: list[plan.Notebook], *, real: str, voices: str) -> dict[str, str]:
    """Say where other people's recordings and voices lie; some notebook must ask for what is given."""
    for name, given in (("REAL", real), ("VOICES", voices)):
        if given and not any(name in notebook.defaults for notebook in notebooks):
            raise StudyError(f"{name}= is given, but no notebook declares the parameter {name}.")
    return {"REAL": real_folder(real), "VOICES": voices_folder(voices)}


def digests(folders: dict[str, str]) -> dict[str, str]:
    """Fingerprint what lies in each of these folders; empty for none."""
    return {name: plan.folder_digest(Path(folder)) if folder else "" for name, folder in folders.items()}


def real_folder(real: str) -> str:
    """Say where the recordings lie that the finished model is judged on."""
    if not real:
        return ""
    folder = Path(real).expanduser().resolve()
    if not folder.is_dir():
        raise StudyError(f"There is no folder {folder}; say where the real recordings lie with REAL=.")
    _look_through("folder", folder)
    return str(folder)


def voices_folder(voices: str) -> str:
    """Say where the voices without faces lie that the finished model is judged on."""
    if not voices:
        return ""
    from s2f_utils.recordings import voices as known

    folder = Path(voices).expanduser().resolve()
    if note := known.listed(folder).note():
        print(note)
    return str(folder)


def _look_through(corpus: str, folder: Path) -> None:
    """Say at once when a folder holds no recordings, and what in it is passed over."""
    from s2f_utils.recordings import corpora

    if note := corpora.listed(corpus, folder).note():
        print(note)
