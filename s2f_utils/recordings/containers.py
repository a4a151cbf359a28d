"""Open what a recording comes in, and nothing else; each way to fail is one sentence."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av

from s2f_utils import StudyError

# What cameras, telephones and recorders write. FFmpeg knows many more: lists of other files, addresses to
# fetch, texts and devices, which a file with a harmless name could ask for.
_SOUNDS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,au,caf,eac3,flac,loas,mp3,mpc,mpc8,sln,tak,tta,voc,w64,wav,wv"
).split(",")
_FILMS = (
    "asf,avi,dv,flv,gxf,h261,h263,h264,hevc,ivf,m4v,matroska,webm,mjpeg,mov,mp4,m4a,3gp,3g2,mj2,mpeg,mpegts,"
    "mpegvideo,mxf,nut,obu,ogg,rm,vc1,vvc"
).split(",")
FORMATS = ",".join([*_SOUNDS, *_FILMS, "gif"])


def _endings(formats: list[str], *more: str) -> frozenset[str]:
    known = (av.ContainerFormat(name).extensions for name in formats)
    return frozenset(f".{ending}" for ending in set(more).union(*known))


# By which recordings are found in a folder: FFmpeg's own endings, and more that devices and people use for
# the same. What is opened goes by its content alone.
SOUND_ENDINGS = _endings(
    _SOUNDS, *"adts aifc awb isma m4a m4b m4r mka oga ogg opus ra snd spx wave weba wma".split()
)
FILM_ENDINGS = (
    _endings(_FILMS, *"3gpp divx evo m1v m2p m2v mod mpe mpv ogm ogv qt rmvb tod trp vob xvid".split())
    - SOUND_ENDINGS
    - {".avif", ".heic", ".heif", ".mks", ".mpo"}  # stills, and subtitles
)
_RECOVERED = 16  # packets: after so many good ones a stream has not broken off
_OPTIONS = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}


@contextmanager
def opened(path: str | Path) -> Iterator[av.container.InputContainer]:
    """Open a recording; turn every way in which that or the decoding can fail into a ``StudyError``."""
    path = Path(path)
    if not os.path.isfile(path):  # noqa: PTH113  unlike Path's, it takes a name of any length
        raise StudyError(f"{path}: there is no such file; check the path.")
    if path.stat().st_size == 0:
        raise StudyError(f"{path}: the file is empty; copy it again.")
    try:
        container = av.open(f"file:{path}", options=_OPTIONS, metadata_errors="replace")
    except (av.FFmpegError, ValueError) as error:
        raise StudyError(f"{path}: this is neither sound nor video that can be read ({error}).") from error
    with container:
        for stream in (*sounds(container), *films(container)):
            stream.codec_context.thread_count = 1  # clips are read side by side: more would only wait
        try:
            yield container
        except av.FFmpegError as error:
            raise StudyError(f"{path}: the stream breaks off with a decoder error; copy it again.") from error


def sounds(container: av.container.InputContainer) -> list[av.AudioStream]:
    """List the sound tracks that can be decoded, the one that players choose first."""
    default = av.stream.Disposition.default
    known = [stream for stream in container.streams.audio if stream.codec_context is not None]
    return sorted(known, key=lambda stream: not stream.disposition & default)


def films(container: av.container.InputContainer) -> list[av.VideoStream]:
    """List the moving pictures that can be decoded; a cover picture in a sound file does not count."""
    cover = av.stream.Disposition.attached_pic
    known = [stream for stream in container.streams.video if stream.codec_context is not None]
    return [stream for stream in known if not stream.disposition & cover]


def decoded(container: av.container.InputContainer, stream: av.stream.Stream) -> Iterator[av.frame.Frame]:
    """Decode a stream; what is damaged in its middle is passed over, near its end it is an error."""
    damage, good = None, 0
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.FFmpegError as error:
            damage, good = error, 0
            continue
        good += bool(packet.size)
        yield from frames
    if damage and good < _RECOVERED:
        raise damage
