"""Text encoders: captions to numbers to unit vectors."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx_graphs import text_tower

from eep.stimuli.encoders.network import EncoderError
from eep.stimuli.encoders.text import Tokenizer, open_text_encoder, read_tokenizer, tokens

VOCABULARY = ("a", "grey", "kitten", "grey_kitten", "fox")


def test_tokens_are_words_and_pairs() -> None:
    """Words come first, in lower case and without punctuation, then pairs of neighbours."""
    pairs = ["a_grey", "grey_kitten", "kitten_sleeping"]
    assert tokens("A Grey kitten, sleeping.") == ["a", "grey", "kitten", "sleeping", *pairs]


def test_known_tokens_are_numbered_from_one() -> None:
    """Unknown words leave no trace, and zeros fill up."""
    ids = Tokenizer(VOCABULARY, 6).ids(["A small grey kitten", "fox"])
    assert ids.dtype == np.int64
    assert ids.tolist() == [[1, 2, 3, 4, 0, 0], [5, 0, 0, 0, 0, 0]]


@pytest.mark.parametrize("caption", ["", "an unknown beast", "a fox, a fox, a fox"])
def test_captions_that_do_not_fit_are_refused(caption: str) -> None:
    """A caption of no known word has no meaning here, and a long one is not cut off."""
    with pytest.raises(EncoderError, match="expected a caption of 1 to 5 known words"):
        Tokenizer(VOCABULARY, 5).ids([caption])


@given(st.text())
def test_any_text_is_numbered_or_refused(caption: str) -> None:
    """Whatever is written, the numbers are of the vocabulary."""
    tokenizer = Tokenizer(VOCABULARY, 4)
    try:
        ids = tokenizer.ids([caption])
    except EncoderError:
        assert not 1 <= sum(token in VOCABULARY for token in tokens(caption)) <= 4
    else:
        assert 0 <= ids.min() <= ids.max() <= len(VOCABULARY)


def test_captions_become_unit_vectors(tmp_path: Path) -> None:
    """Features of captions are rows of length 1, the same whatever else is encoded."""
    text_tower(tmp_path / "text.onnx", len(VOCABULARY), 6)
    (tmp_path / "vocabulary.json").write_text(json.dumps({"length": 6, "tokens": VOCABULARY}))
    encoder = open_text_encoder(tmp_path / "text.onnx", tmp_path / "vocabulary.json")
    features = encoder.encode(["a fox", "a grey kitten"] * 200)
    assert features.shape == (400, encoder.width) == (400, 128)
    np.testing.assert_allclose(np.linalg.norm(features, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(features[-1], encoder.encode(["a grey kitten"])[0])
    assert encoder.encode([]).shape == (0, 128)


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"tokens": ["a"]}', '{"tokens": ["a", "a"], "length": 3}', '{"tokens": ["a"], "length": 0}'],
)
def test_other_vocabularies_are_refused(tmp_path: Path, content: str) -> None:
    """A file that is no vocabulary is named."""
    path = tmp_path / "vocabulary.json"
    path.write_text(content)
    with pytest.raises(EncoderError, match=r"vocabulary\.json: expected a vocabulary"):
        read_tokenizer(path)
