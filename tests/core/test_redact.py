"""Secrets are cut out of texts, and nothing else is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eep.core.redact import REDACTED, Redactor, secrets

KEY = "s3cret-of-no-known-shape"


@settings(deadline=None)
@given(before=st.text(max_size=20), after=st.text(max_size=20))
def test_a_known_secret_is_seen_in_no_text(before: str, after: str) -> None:
    """Wherever it stands, in whatever text, as often as it does."""
    text = f"{before}{KEY}{after}{KEY}"
    assert KEY not in Redactor([KEY])(text)


@pytest.mark.parametrize(
    "text",
    [
        "sk-proj-abcdefghij1234567890",
        "sk-ant-api03-AbC_dEf-1234567890",
        "Incorrect API key provided: sk-abcd********wxyz.",
        "authorization: Bearer abcdef1234567890abcd",
        "Authorization: Basic dXNlcjpwYXNz",
        "x-api-key: abcdef",
        '{"headers": {"Authorization": "Bearer abcdef"}}',
        "{'api_key': 'abcdef', 'model': 'm'}",
        "hf_AbCdEfGhIjKlMnOp",
    ],
)
def test_what_looks_like_a_key_is_cut_out(text: str) -> None:
    """A server may echo another key than ours, or parts of one."""
    found = Redactor()(text)
    assert REDACTED in found
    assert not any(part in found for part in ("abcd", "AbC", "dXNl", "1234567890"))


@pytest.mark.parametrize(
    "text",
    [
        '{"answer": "left"}',
        "cart-position: left; pole-angle: right",
        "A risk-averse, task-oriented bearer of extraordinarily-good news.",
        "none of the above",
        "ask-me-anything-about-it",
        "I am the bearer certificates.",
    ],
)
def test_ordinary_texts_are_left_alone(text: str) -> None:
    """Words that resemble a key only from afar, and secrets too short to be any, change nothing."""
    assert Redactor(["none", "", "left"])(text) == text


def test_secrets_that_begin_alike_leave_no_rest() -> None:
    """The longer one goes first."""
    assert Redactor(["abcdefgh", "abcdefgh-ijkl"])("is abcdefgh-ijkl here") == f"is {REDACTED} here"


def test_a_secret_is_known_in_every_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is, as JSON and addresses quote it, and each header of a variable that holds several."""
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Team: one-secret/of a team\nX-Other: another-secret")
    monkeypatch.setenv("OPENAI_API_KEY", 'quoted"secret')
    clear = Redactor(secrets())
    for form in ("one-secret/of a team", "one-secret%2Fof%20a%20team", r"one-secret\/of a team", "another-secret"):
        assert clear.given(f"echo {form}!") == f"echo {REDACTED}!"
    assert clear.given(r'{"key": "quoted\"secret"}') == f'{{"key": "{REDACTED}"}}'
    assert clear.value({"a": ["another-secret", 1, None]}) == {"a": [REDACTED, 1, None]}
