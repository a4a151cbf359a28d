"""What is heard of a voice keeps one time."""

import numpy as np

from s2f_utils.sound import prosody


def test_all_tracks_have_four_columns_for_each_frame():
    heard = prosody.listen(np.sin(np.arange(16_000) / 10).astype(np.float32))
    assert {name: track.shape for name, track in heard.items()} == {
        "log_mel": (100, 40),
        "loudness": (100,),
        "pitch": (100,),
        "voicing": (100,),
    }
