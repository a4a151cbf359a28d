"""Predictions and truth go in: numbers with intervals come out.

`predictors` are all who answer. `motion_metrics` scores motion, `picture_metrics` and `distribution_metrics`
score pictures, `photograph_metrics` whole photographs. `protocol` asks harder questions, `ceilings` say what
can be reached at best, `expression` reads emotions, `acted` asks how voices act them. `sync` measures whether
sound and picture keep time, `latency` what waiting is worth, `cost` what work takes, and `exercises` check
what a reader answers.
"""
