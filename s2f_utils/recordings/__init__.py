"""Files come in: pictures, samples and a table of clips go out, all on one time base.

The pictures of a film are read by `media`, its sound by `soundtrack`, both from what `containers` opens;
`encode` writes films. A still is read by `photograph`, a table of others' landmarks by `openface`. `corpora`
lists the clips of a corpus and who trains, from what `folders` finds; a new corpus is a new name there.
`voices` lists sounds without faces whose names tell an emotion.
`downloads` fetches published ones from where `sources` says they lie.
"""
