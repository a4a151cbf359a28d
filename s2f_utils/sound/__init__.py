"""Samples go in: log-mel spectra, loudness and what is audible come out.

`speech` has all that a network hears, in 2017 and today, `prosody` how it is said. `acting` knows how real
actors change their voices, and `bending` does it to one. `listening` makes sound audible again for teaching,
`not_speech` makes sounds in which nobody speaks.
"""
