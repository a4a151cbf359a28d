"""A file is read for what it holds, and for nothing that it names."""

import numpy as np
import pytest
import soundfile

from s2f_utils import StudyError
from s2f_utils.recordings import containers, soundtrack

DISGUISES = {
    "concat": "ffconcat version 1.0\nfile private.wav\n",
    "playlist": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:3,\nprivate.wav\n#EXT-X-ENDLIST\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>a.wav</BaseURL></MPD>',
    "session": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
    "metadata": ";FFMETADATA1\ntitle=private\n",
}


@pytest.mark.parametrize("kind", DISGUISES)
@pytest.mark.parametrize("ending", ["wav", "mp4", "txt"])
def test_lists_and_addresses_in_disguise_are_refused(tmp_path, kind, ending):
    soundfile.write(tmp_path / "private.wav", np.full(48_000, 0.5), 16_000)
    (tmp_path / f"a.{ending}").write_text(DISGUISES[kind])
    with pytest.raises(StudyError, match="neither sound nor video"):
        soundtrack.read_audio(tmp_path / f"a.{ending}")


@pytest.mark.parametrize(
    "name", ["a:b.wav", "http:__x.wav", "concat:a|b.wav", "pipe:0", "-a.wav", "50%d.wav", "ä €.wav"]
)
def test_a_name_is_a_name(tmp_path, monkeypatch, name):
    """What would be an address or an option elsewhere is a file when it is one, in its own folder too."""
    soundfile.write(tmp_path / "plain.wav", np.full(16_000, 0.5), 16_000)
    (tmp_path / "plain.wav").rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    for path in (name, tmp_path / name):
        assert len(soundtrack.read_audio(path)) == 16_000


def test_strangers_disguises_are_refused(clips):
    for name in ("15-concat-in-disguise.wav", "15-playlist-in-disguise.wav", "15-outside.wav"):
        with pytest.raises(StudyError), containers.opened(clips / "strangers" / name):
            pass
