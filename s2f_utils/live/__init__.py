"""A voice is heard as it speaks: a face moves with it, a few frames behind.

A `stream` takes samples in pieces of any length and gives landmarks. It hears as `hearing` does, column by
column, and answers as the causal network does, frame by frame (`network`). On a `page` somebody speaks into
the microphone: `pieces` of sound, brought to the network's rate (`resampling`), become faces with their
moments, and a `session` sends them, and pictures of somebody who is `moving`, as fast as they are made. What
the face shows goes `outward` to other programs as well, if asked: as OSC (`vmc`) or over a `websocket`.
"""
