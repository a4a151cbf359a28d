"""Where published corpora are kept, what of their archives is needed, and under which licence they come."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """Where a corpus, or a part of it, comes from.

    ``record`` is its number at Zenodo, ``archive`` the name of a person's archive there, ``member`` the
    pattern of the recordings in it, ``people`` the pattern of a person's name; empty where one archive holds
    everybody. ``target`` says where a recording goes, by groups of ``member``; ``checksum`` is the published
    one, where it is known beforehand.
    """

    record: str
    archive: str
    member: str
    people: str
    licence: str
    target: str = r"\1"
    checksum: str = ""


_SPEECH = Source(
    "1188976",
    "Audio_Speech_Actors_01-24.zip",
    r"(?:.*/)?(Actor_\d\d/03-01(?:-\d\d){5}\.wav)",
    "",
    "RAVDESS, Livingstone and Russo (2018): CC BY-NC-SA 4.0, not for commercial use.",
    checksum="md5:bc696df654c87fed845eb13823edef8a",
)
SOURCES = {
    "ravdess": (
        Source(
            "1188976",
            "Video_Speech_Actor_{:0>2}.zip",
            r"(?:.*/)?(Actor_\d\d/01-01(?:-\d\d){5}\.mp4)",
            r"0?[1-9]|1\d|2[0-4]",
            "RAVDESS, Livingstone and Russo (2018): CC BY-NC-SA 4.0, not for commercial use.",
        ),
    ),
    "grid": (
        Source(
            "3625687",
            "{}.zip",
            r"(?:.*/)?(s\d+/\w+\.mpg)",
            r"s([1-9]|1\d|20|2[2-9]|3[0-4])",  # speaker 21 has no video
            "GRID, Cooke et al. (2006): CC BY 4.0, free to use where its authors are named.",
        ),
    ),
    "ravdess-landmarks": (
        Source(
            "3255102",
            "FacialTracking_Actors_01-24.zip",
            r"(?:.*/)?(01-01(?:-\d\d){4}-(\d\d)\.csv)",
            "",
            "RAVDESS Facial Landmark Tracking, Swanson, Livingstone and Russo (2019): CC BY-NC-SA 4.0, not "
            "for commercial use.",
            target=r"Actor_\2/\1",
            checksum="md5:5753bbc64a9a790f8a8d3e03cba526ee",
        ),
        _SPEECH,
    ),
    "ravdess-speech": (_SPEECH,),
}


def comes_whole(corpus: str) -> bool:
    """Tell whether a corpus is fetched with everybody in it, not person by person."""
    return corpus in SOURCES and not any(source.people for source in SOURCES[corpus])
