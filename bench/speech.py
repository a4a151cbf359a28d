"""How many clips a second the CNN + RNN learns from, and how many it answers."""

from functools import partial

from s2f_utils.judging import cost
from s2f_utils.models import cnn_rnn, content, manner, training
from s2f_utils.synthetic import unfilmed

_CLIPS, _EPOCHS = 64, 6


def measure(*, rounds: int) -> dict[str, float]:
    """Train and predict with the network of the study on embedded utterances; building it does not count."""
    speakers = range(1, 17)
    clips = unfilmed.utterances(clips_per_speaker=_CLIPS // len(speakers), speakers=speakers, seed=1)
    training.set_seed(1)
    model = content.build(*content.motion_basis(clips), channels=96, units=96)
    fit = partial(training.fit, model, clips, clips[:16], loss=content.motion_loss(clips))
    # One long fit and one short one differ in epochs alone: compiling and the rest cancel.
    spent = cost.in_turns(
        {"long": partial(fit, epochs=_EPOCHS), "short": partial(fit, epochs=1)}, rounds=rounds
    )
    both = cnn_rnn.with_manner(model, manner.fit(clips, [0.0] * len(clips)))
    answered = cost.in_turns({"all": partial(cnn_rnn.predict, both, clips)}, rounds=rounds)["all"].median()
    seconds = sum(len(clip["motion"]) for clip in clips) / 25
    return {
        "training_clips_per_second": _CLIPS * (_EPOCHS - 1) / (spent["long"] - spent["short"]).median(),
        "inference_clips_per_second": _CLIPS / answered,
        "inference_times_real_time": seconds / answered,
    }
