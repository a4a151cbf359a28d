"""The anatomy of a failure: the network of 2017, mended one thing at a time, with what its numbers show."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from s2f_utils.plots.motion import COLOURS, LABELS


def ladder(steps: pd.DataFrame, measures: Sequence[str], *, apart: str = "") -> Figure:
    """Walk down a ladder of networks, one row each, with one panel for each measure.

    Takes a table with a row for each step in order, and a row ``still_face`` that is drawn as a line. The row
    named ``apart`` is no step of the ladder and comes under it, a diamond. See notebook 03_cnn_rnn_training.
    """
    mended = steps.drop(index=["still_face", apart] if apart else "still_face")
    rows = range(len(mended))
    size = (3 * len(measures), 0.36 * len(mended) + 1.2)
    fig, axes = plt.subplots(1, len(measures), figsize=size, sharey=True)
    colours = [COLOURS.get(name, COLOURS["net_2017"]) for name in mended.index]
    still = {"color": COLOURS["still_face"], "ls": "--", "label": "still face"}
    for ax, measure in zip(axes, measures, strict=True):
        ax.plot(mended[measure], rows, color="#bbbbbb", zorder=1)
        ax.scatter(mended[measure], rows, s=45, c=colours, zorder=2)
        ax.axvline(steps.loc["still_face", measure], **still)
        if apart:
            ax.plot(steps.loc[apart, measure], len(mended), "D", ms=8, color=COLOURS["true"])
        if measure == "motion_ratio":
            ax.axvline(1, color=COLOURS["true"], ls=":", label="as far as the person")
            ax.legend(frameon=False, fontsize=8, loc="upper center" if apart else "lower center")
        names = [*mended.index, apart] if apart else mended.index
        ax.set(xlabel=LABELS[measure], yticks=range(len(names)), yticklabels=names)
    axes[0].set_xlim(left=0)
    axes[0].xaxis.set_major_formatter("{x:.0e}")
    axes[0].invert_yaxis()
    return fig


def ladder_caption(steps: pd.DataFrame) -> str:
    """Say what the ladder's numbers show, however they come out.

    Takes the table of ``ladder`` with the rows ``still_face`` and ``cnn_rnn``, and the columns ``mse_2017``,
    ``mouth_correlation`` and ``motion_ratio``. See notebook 03_cnn_rnn_training.
    """
    ladder = steps.drop(index=["still_face", "cnn_rnn"])
    still, ours = steps.loc["still_face"], steps.loc["cnn_rnn"]
    first, last = ladder.iloc[0], ladder.iloc[-1]
    turn = ladder["motion_ratio"].diff().idxmax()
    before, after = ladder["motion_ratio"].shift()[turn], ladder["motion_ratio"][turn]
    worse = int((ladder["mse_2017"] > still["mse_2017"]).sum())
    return (
        "From the first network to the last mended one the squared error of 2017 goes from "
        f"{first['mse_2017']:.1e} to {last['mse_2017']:.1e}; a face that never moves has "
        f"{still['mse_2017']:.1e} and beats {worse} of the {len(ladder)}. The mouth's correlation goes from "
        f"{first['mouth_correlation']:.2f} to {last['mouth_correlation']:.2f} (CNN + RNN: "
        f"{ours['mouth_correlation']:.2f}), its motion from {first['motion_ratio']:.1%} to "
        f"{last['motion_ratio']:.0%} of the true one. It gains most at *{turn}*, from {before:.0%} to "
        f"{after:.0%}; where there is next to none, a correlation of either sign is of nothing to be seen."
    )


def break_and_mend_caption(steps: pd.DataFrame, name: str, sentence: str) -> str:
    """Say what one's own choice of switches comes to, beside the network of 2017 and the wholly mended one.

    Takes the table of ``ladder`` with the rows ``as_2017``, ``loss`` and ``name``, and what ``name`` is in a
    sentence. See notebook 03_cnn_rnn_training.
    """
    rows = {row: steps.loc[row] for row in ("as_2017", "loss", name)}
    words = {
        row: f"{values['mouth_correlation']:.2f} and {values['motion_ratio']:.0%}"
        for row, values in rows.items()
    }
    lost = rows["loss"]["mouth_correlation"] - rows[name]["mouth_correlation"]
    return (
        f"*{name}* (diamond) is {sentence}. The correlation of its mouth and its share of the true motion "
        f"are {words[name]}; all mended (*loss*) they are {words['loss']}, as it was in 2017 "
        f"{words['as_2017']}. What was left broken costs {lost:.2f} of the correlation."
    )
