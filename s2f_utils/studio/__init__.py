"""One studio makes the films of a whole class, and a light page for each visitor shows them.

On the `panel` somebody says in an `order` what is to be said, by whom and how. A `making` turns orders into
films: in the notebook's own process, or, under `make page`, in one that holds the models for everybody. There
a `server` takes the orders, which stand in a `line`; each panel reaches it through a `client`, whichever of
the two it is. A `page` starts the server, and the pages of the visitors.
"""
