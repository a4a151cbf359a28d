"""Waiting is worth what it gains."""

import pandas as pd

from s2f_utils.judging import latency


def test_the_shortest_delay_that_costs_next_to_nothing_is_chosen():
    assert latency.shortest_delay(pd.Series({0: 0.80, 1: 0.84, 2: 0.895, 4: 0.9, 8: 0.899})) == 2
