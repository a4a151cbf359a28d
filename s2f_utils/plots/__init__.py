"""Arrays go in: one figure with one message comes out. A file draws what the wing of its name makes.

`recordings` draws pictures, sounds and tracks; `motion` the predictions and the measures by which they
compare, with the colour of each predictor; `protocol` the harder questions; `net_2017_repairs` the ladder
from 2017; `pictures` the generated faces; `expression` how emotions are acted and named; `listening` what is
looked at while one listens.
"""
