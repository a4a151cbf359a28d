"""Read the sound of any recording: the track and the channel that speak, every sample in its place."""

from pathlib import Path

import av
import numpy as np
import soxr

from s2f_utils import SAMPLE_RATE, StudyError
from s2f_utils.recordings import containers

_HOLE = 0.02  # seconds: where so much sound is missing between two blocks, there is silence
JUMP = 600.0  # seconds: where time stamps leap farther, they are wrong, and what comes after follows at once
_LOUDEST = 1e6  # of full scale: programs that write numbers of 16 bits as floats reach 32,768
_MOST_SILENCE = 3600.0  # seconds put in where sound is missing: a file of many leaps could ask for any
_RATES = (1_000, 1_000_000)  # samples a second that a recorder may take
_SILENCE = 1e-3  # of full scale: a track that never gets louder says nothing
_CANCELLED = 0.1  # of the power that channels would have if they did not cancel
_STEADY, _LIVELY = 8.0, 15.0  # dB between loud and quiet moments: noise has less, speech more
_FAINT = 0.02  # of the speech's power: noise under that does no harm


def read_audio(path: str | Path, *, rate: int = SAMPLE_RATE, beside_film: bool = True) -> np.ndarray:
    """Read the sound of any recording as mono samples.

    Parameters
    ----------
    path
        A sound or video file in any format of ``containers.FORMATS``.
    rate
        Samples per second of the answer.
    beside_film
        Whether sample 0 lies at the first picture, if there are pictures, so that sound and ``read_frames``
        share one time line: sound that starts later is preceded by silence, and what comes before is left
        out. Else the sound is whole.

    Returns
    -------
    (n,) float32 array, full scale −1 … 1: of several tracks the one that players choose, or if that is silent
    the next that is not; of several channels their mean, or where they cancel or one of them is noise, the
    one that speaks.

    Raises
    ------
    StudyError
        If the file is absent, empty, not sound, or breaks off.

    See notebook 02_feature_extraction.
    """
    return resample(*read_sound(path, beside_film=beside_film), rate)


def read_sound(path: str | Path, *, beside_film: bool = True) -> tuple[np.ndarray, int]:
    """Read sound as ``read_audio`` does, at the rate at which it was recorded: samples, and that rate."""
    with containers.opened(path) as container:
        count = len(containers.sounds(container))
        if not count:
            what = "no sound track that can be decoded" if container.streams.audio else "no sound track"
            raise StudyError(f"{path}: there is {what} in this file; record it with sound.")
        begins = _first_picture_time(container) if beside_film else None
    first = _read_track(path, 0)
    others = (_read_track(path, number) for number in range(1, count))
    chosen = first if first.loud else next((track for track in others if track.loud), first)
    if not len(chosen.samples):
        raise StudyError(f"{path}: the sound track is empty; choose a recording with sound.")
    late = 0.0 if begins is None else chosen.start - begins
    late = late if abs(late) < JUMP else 0.0
    return _shift(chosen.samples, round(late * chosen.rate)), chosen.rate


def resample(audio: np.ndarray, rate: int, to: int = SAMPLE_RATE) -> np.ndarray:
    """Bring (n,) samples from one rate to another, band-limited: float32, as many as begin in its time."""
    if rate == to:
        return np.ascontiguousarray(audio, dtype=np.float32)
    wanted = -(-len(audio) * to // rate)
    changed = soxr.resample(audio, rate, to)[:wanted]
    return np.pad(changed, (0, wanted - len(changed))).astype(np.float32, copy=False)


class _Track:
    """Collects the blocks of a track: mono samples in their places, and how its channels go together."""

    def __init__(self, channel: int | None = None) -> None:
        self._channel = channel
        # Bytes grow in place: a list of blocks would need twice the memory.
        self._runs: list[tuple[bytearray, int]] = []
        self._powers: list[np.ndarray] = []  # of each block: of each channel, of their mean
        self._origin: float | None = None
        self._silence = 0.0  # seconds put in
        self.start = 0.0
        self.samples, self.rate = np.empty(0, np.float32), SAMPLE_RATE

    @property
    def loud(self) -> bool:
        """Whether anything is to be heard."""
        return bool(len(self.samples)) and float(np.abs(self.samples).max()) > _SILENCE

    def add(self, frame: av.AudioFrame) -> None:
        """Take one block."""
        if not self._runs or self._runs[-1][1] != frame.sample_rate:  # a rate may change in the middle
            self._runs.append((bytearray(), frame.sample_rate))
        run, rate = self._runs[-1]
        so_far = sum(len(one) / 4 / own for one, own in self._runs)
        time = frame.time
        if self._origin is None:
            self._origin = self.start = time or 0.0
        missing = 0.0 if time is None else time - self._origin - so_far
        if abs(missing) > JUMP or self._silence + missing > _MOST_SILENCE:
            self._origin += missing
        elif missing > _HOLE:
            run += bytes(4 * round(missing * rate))
            self._silence += missing
        channels = _channels(frame)
        mean = channels.mean(axis=0, dtype=np.float32)
        if len(channels) > 1 and channels.size:
            self._powers.append(np.array([*np.square(channels).mean(axis=1), np.square(mean).mean()]))
        use = self._channel if self._channel is not None and self._channel < len(channels) else None
        run += (mean if use is None else channels[use]).tobytes()

    def end(self) -> None:
        """Bring all to one rate, that of the longest part."""
        if self._runs:
            self.rate = max(self._runs, key=lambda run: len(run[0]) / run[1])[1]
            parts = [(np.frombuffer(run, np.float32), rate) for run, rate in self._runs]
            parts = [part if rate == self.rate else resample(part, rate, self.rate) for part, rate in parts]
            self.samples = parts[0] if len(parts) == 1 else np.concatenate(parts)

    def speaking_channel(self) -> int | None:
        """Tell which channel to hear alone; None where their mean is as good.

        Channels that cancel leave the codec's errors, and noise in one of them covers what the other says.
        """
        count = len(self._powers[0]) if self._powers else 0
        powers = np.array([power for power in self._powers if len(power) == count])
        if not len(powers):
            return None
        *own, mixed = powers.mean(axis=0)
        loudest = int(np.argmax(own))
        if mixed * len(own) ** 2 < _CANCELLED * own[loudest]:
            return loudest
        levels = 10 * np.log10(powers[:, :-1] + 1e-8)  # what is under −80 dB counts as silence
        low, high = np.percentile(levels, (10, 95), axis=0)
        power = np.array(own)
        lively = np.flatnonzero(high - low > _LIVELY)
        noisy = (high - low < _STEADY) & (power > 1e-6)
        if len(lively) and power[noisy].sum() > _FAINT * power[lively].max():
            return int(lively[power[lively].argmax()])
        return None


def _read_track(path: str | Path, number: int) -> _Track:
    """Decode one track, and once more where not all channels are to be heard."""
    track = _collect(path, number, None)
    channel = track.speaking_channel()
    return track if channel is None else _collect(path, number, channel)


def _collect(path: str | Path, number: int, channel: int | None) -> _Track:
    track = _Track(channel)
    with containers.opened(path) as container:
        for frame in containers.decoded(container, containers.sounds(container)[number]):
            if not _RATES[0] <= frame.sample_rate <= _RATES[1]:
                raise StudyError(f"{path}: {frame.sample_rate} samples a second are no sound; copy it again.")
            track.add(frame)
    track.end()
    return track


def _channels(frame: av.AudioFrame) -> np.ndarray:
    """Give a block as (channels, n) float samples in −1 … 1; what no sound can be is silence."""
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    if samples.dtype == np.uint8:  # 8-bit sound is unsigned
        return samples.astype(np.float32) / 128 - 1
    if np.issubdtype(samples.dtype, np.integer):
        return samples.astype(np.float32) / (np.iinfo(samples.dtype).max + 1)
    samples = samples.astype(np.float32)
    return np.where(np.abs(samples) < _LOUDEST, samples, np.float32(0))


def _first_picture_time(container: av.container.InputContainer) -> float | None:
    stream = next(iter(containers.films(container)), None)
    frame = next(containers.decoded(container, stream), None) if stream else None
    return frame.time if frame is not None else None


def _shift(audio: np.ndarray, samples: int) -> np.ndarray:
    """Move the sound later (silence before it) or earlier (its head cut off)."""
    return np.pad(audio, (samples, 0)) if samples > 0 else audio[-samples:]
