"""Answers to the notebooks' exercises, judged in one sentence; whatever was written, nothing breaks off."""

from collections.abc import Callable

import numpy as np
from IPython.display import Markdown


def check(
    answer: object | Callable[[], object], truth: object, *, right: str, hint: str, tolerance: float = 1e-3
) -> Markdown:
    """Say in one sentence whether an answer agrees with the truth.

    Parameters
    ----------
    answer
        A number or an array, or a function without arguments that calls what was written; ``None`` stands
        for no answer yet. Whatever it raises becomes part of the sentence.
    truth
        What it should be, found another way.
    right, hint
        What is said of a right answer, and what to think of next.
    tolerance
        How far each number may be off: absolutely, and as a share of the truth.

    See the exercises of notebook 01_exploration.
    """
    try:
        given = np.asarray(answer() if callable(answer) else answer)
        complete = given.dtype != object and given.shape == np.shape(truth)  # None makes an array of objects
        good = complete and np.allclose(given, truth, rtol=tolerance, atol=tolerance)
    except Exception as problem:
        good, hint = False, f"the code ended with `{type(problem).__name__}: {problem}`."
    return Markdown(f"**Right:** {right}" if good else f"**Not yet:** {hint}")
