"""The ladder's figure and caption say what its numbers are."""

import pandas as pd

from s2f_utils.plots import net_2017_repairs as repair_plots


def test_the_caption_follows_the_numbers():
    rows = {
        "as_2017": (4e-4, 0, 0),
        "shuffled": (3e-4, 0.1, 0.1),
        "target": (1e-4, 0.8, 0.9),
        "cnn_rnn": (1e-4, 0.85, 2),
        "still_face": (2e-4, 0, 0),
    }
    measures = ["mse_2017", "mouth_correlation", "motion_ratio"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=measures)
    caption = repair_plots.ladder_caption(table)
    assert "beats 2 of the 3" in caption and "*target*, from 10% to 90%" in caption
    assert len(repair_plots.ladder(table, measures).axes) == 3


def test_what_is_not_of_the_ladder_stands_apart():
    rows = {"as_2017": (6e-4, 0.1, 0.02), "loss": (1e-4, 0.7, 1.0), "still_face": (2e-4, 0, 0)}
    measures = ["mse_2017", "mouth_correlation", "motion_ratio"]
    table = pd.DataFrame.from_dict(rows | {"yours": (1e-4, 0.55, 0.9)}, orient="index", columns=measures)
    first, ax, _ = repair_plots.ladder(table, measures, apart="yours").axes
    assert [label.get_text() for label in first.get_yticklabels()] == ["as_2017", "loss", "yours"]
    (apart,) = (line for line in ax.lines if line.get_marker() == "D")
    assert (apart.get_xdata()[0], apart.get_ydata()[0]) == (0.55, 2)
    caption = repair_plots.break_and_mend_caption(table, "yours", "all mended but context")
    assert "all mended but context" in caption and "0.55 and 90%" in caption and "0.02" not in caption
    assert "costs 0.15 of the correlation" in caption
