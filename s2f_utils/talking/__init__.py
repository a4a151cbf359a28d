"""A sound and a photograph go in: a film of a talking face comes out.

`animate` makes it; `command` does so from the command line, whose `options` need no model. Pages have
`controls` such as a player and a recorder, which stand where their `layout` says, and a `reading` of what is
brought to them. `dials` say how something is said, `by_chance` what no sound says: blinks and sway.
`compositing` lets the whole photograph talk and `footage` a film, `films` are written of it, `captions` say
what is spoken.
"""
