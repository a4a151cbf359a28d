"""The reference: what is kept of a report for others, and the README's tables."""

from pathlib import Path

from s2f_utils import StudyError, files
from s2f_utils.study import headline, provenance

# Kept with the numbers, and shown in the README: a figure, and films as animated pictures.
PICTURE_KEPT = "figures/04_evaluation/measures.png"
FILMS_KEPT = {
    "photograph.webp": "videos/07_speech_to_face/photograph.mp4",
    "talking_face.gif": "videos/07_speech_to_face/never_seen.mp4",
}
_WIDTH, _SECONDS = 840, 3.2  # of the animated pictures, at most: legible, and well under 2 MB


def keep(run: Path) -> None:
    """Copy numbers, a figure and films of a report to ``reports/reference``, its tables into the README."""
    if missing := [name for name in (*FILMS_KEPT.values(), PICTURE_KEPT) if not (run / name).is_file()]:
        raise StudyError(f"{run.name} has no {missing[0]}; make a whole report with pictures first.")
    manifest, numbers = files.read_json(run / "manifest.json"), files.read_json(run / "metrics.json")
    files.write_json(headline.REFERENCE / "metrics.json", numbers)
    commits = {name: entry["commit"] for name, entry in manifest["notebooks"].items()}
    kept = {"run": run.name, "commits": commits} | provenance.judged_on(manifest)
    files.write_json(headline.REFERENCE / "manifest.json", kept)
    with files.atomic_path(headline.REFERENCE / "measures.png") as path:
        path.write_bytes((run / PICTURE_KEPT).read_bytes())
    for name, film in FILMS_KEPT.items():
        _keep_film(run / film, headline.REFERENCE / name)
    _fill_readme(headline.markdown(numbers, headline.trainings(run.name, kept)))


def _keep_film(film: Path, target: Path) -> None:
    """Turn the beginning of a film into a small animated picture, half as many frames a second."""
    import cv2

    from s2f_utils import FRAME_RATE
    from s2f_utils.recordings import encode, media

    frames = list(media.read_frames(film))[: round(_SECONDS * FRAME_RATE) : 2]
    height, width = frames[0].shape[:2]
    if width > _WIDTH:
        size = _WIDTH, round(height * _WIDTH / width)
        frames = [cv2.resize(frame, size, interpolation=cv2.INTER_AREA) for frame in frames]
    write = encode.write_gif if target.suffix == ".gif" else encode.write_webp
    write(target, frames, fps=FRAME_RATE / 2)


def _fill_readme(results: str) -> None:
    readme = files.ROOT / "README.md"
    start, end = "<!-- results -->", "<!-- end of results -->"
    before, _, rest = readme.read_text(encoding="utf-8").partition(start)
    filled = f"{before}{start}\n{results}\n{end}{rest.partition(end)[2]}"
    with files.atomic_path(readme) as path:
        path.write_text(filled, encoding="utf-8")
