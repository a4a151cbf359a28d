"""Files come in: pictures, samples and a table of clips go out, all on one time base.

A video is read by `media` and written by `encode`, a still by `photograph`, a table of others' landmarks by
`openface`. `corpora` lists the clips of a corpus and who trains; a new corpus is a new name there.
`downloads` fetches published ones from where `sources` says they lie.
"""
