"""The embedded corpus: a seed goes in, talking heads with known truth come out, made from nothing but code.

`talking_heads` makes the clips, `unfilmed` what is only heard. They speak `texts` with espeak-ng (`voice`),
move by dominance functions (`motion`, `coarticulation`), and are `people` of a `shape`, painted as a `scene`
of `skin` and `hair` on a `canvas`, shown by `portrait` with `moving_parts` and
`teeth`.
"""
