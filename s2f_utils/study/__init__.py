"""Notebooks and parameters go in: a report comes out in which each number can be traced.

`runner` brings it up to date by its `plan` and on its `corpus`, with `params` of one's own, each notebook in
a process of `execution`; `preloaded` is what processes share. `record` keeps what a notebook makes,
and shows `names` as text; `provenance` and `ro_crate` say where it came from. One reads it as `pages`, the
`headline` numbers and the claims of a `review`; `verify` compares it with the `reference` that is kept.
"""
