"""The sentences cover the sounds that have targets."""

import pytest

from s2f_utils.synthetic import motion, texts, voice


@pytest.mark.slow
def test_texts_cover_every_target():
    assert len(texts.SENTENCES) >= 200 and len(set(texts.SENTENCES)) == len(texts.SENTENCES)
    heard = set()
    for number in range(1, len(texts.SENTENCES) + 3, 2):
        _, _, phonemes = voice.speak(texts.text_of(number), speaker=number % 24 + 1)
        heard |= {letter for symbol, _, _ in phonemes for letter in symbol.strip(voice.STRESS)}
    assert heard - {"ː"} <= set(motion.TARGETS), "every symbol has a target"
    assert len(heard & motion.VOWELS) >= 15 and set("pbmfvθðszʃʒwɹlkɡŋtdnjh") <= heard
