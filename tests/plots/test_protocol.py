"""The protocol's figures and captions say what its tables hold."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from s2f_utils.judging import motion_metrics, protocol
from s2f_utils.plots import protocol as protocol_plots
from tests.samples.clips import performances


def test_a_caption_does_not_speak_of_silence_where_nobody_is_silent():
    columns = ["skill_speech", "skill_silence", "silence_spread"]
    table = pd.DataFrame([[0.7, 0.2, 0.25]], ["cnn_rnn"], columns)
    truth = pd.DataFrame([[1, 1, 0.31]], ["true"], columns)
    said = protocol_plots.speech_and_silence_caption(table, truth)
    assert [number for number in ("0.70", "0.20", "0.25", "0.31") if number not in said] == []
    table[columns[1:]] = truth[columns[1:]] = np.nan
    said = protocol_plots.speech_and_silence_caption(table, truth)
    assert "0.70" in said and "nan" not in said and "nobody is silent" in said


def test_figures_draw_their_tables():
    clips = performances()
    answers = {
        "cnn_rnn": [one["motion"] for one in clips],
        "still_face": [0 * one["motion"] for one in clips],
    }
    summary = motion_metrics.summary(motion_metrics.score(answers, clips))
    cells = pd.DataFrame({"correlation": [0.5], "people": [2], "clips": [3]}, ["seen_speaker_seen_sentence"])
    figures = [
        protocol_plots.speech_and_silence(protocol.speech_and_silence(answers, clips)),
        protocol_plots.regions(summary),
        protocol_plots.levels(protocol.levels(answers, clips, protocol.mean_neutral(clips))),
        protocol_plots.tiers(protocol.permutation_tiers(answers["cnn_rnn"], clips, draws=20, seed=1)),
        protocol_plots.seen_and_unseen(cells),
        protocol_plots.dots(cells, xlabel="x", line=0.5),
    ]
    for fig in figures:
        assert fig.axes[0].has_data()
        plt.close(fig)
