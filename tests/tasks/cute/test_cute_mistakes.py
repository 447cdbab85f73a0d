"""What cannot be asked is told before anybody is asked."""

from pathlib import Path
from typing import Any

import pytest
import stand_in_encoder
from cute_stage import ROOT, six_photographs, task

from eep.core.errors import UserError
from eep.pipeline.prepare import prepare


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write the stand-in encoder once."""
    return str(stand_in_encoder.write(tmp_path_factory.mktemp("encoder")))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"stimuli": "first-matrx"}, r"found 'first-matrx' \(did you mean 'first-matrix'\?\)"),
        ({"number": 361}, "expected at most 360, the pictures of first-matrix; found 361"),
        ({"encoder": "mini-clp"}, r"found 'mini-clp' \(did you mean 'mini-clip'\?\)"),
    ],
)
def test_mistakes_are_told_before_anybody_is_asked(encoder: str, settings: dict[str, Any], message: str) -> None:
    """Already the stimuli are refused, with the way out."""
    with pytest.raises(UserError, match=message):
        task(encoder, **settings).stimuli()


def test_what_cannot_be_split_is_told_before_anybody_is_asked(tmp_path: Path, encoder: str) -> None:
    """All pictures held out: an error of the set-up, not one that follows thousands of paid answers."""
    experiment = (ROOT / "experiments/cute-animals.toml").read_text(encoding="utf-8")
    written = tmp_path / "tiny.toml"
    written.write_text(
        experiment.replace("number = 360", "number = 10\ntest_share = 0.999").replace("mini-clip", encoder),
        encoding="utf-8",
    )
    with pytest.raises(UserError, match="found 10 that do not share their captions, all of them held out"):
        prepare(written, out=tmp_path)


def test_a_simulated_teacher_is_refused_photographs(tmp_path: Path, encoder: str) -> None:
    """Nobody has described them: that is said once, instead of blaming each persona's weights."""
    experiment = (ROOT / "experiments/cute-animals.toml").read_text(encoding="utf-8")
    written = tmp_path / "photographs.toml"
    shown = experiment.replace("drawn-animals-1", str(six_photographs(tmp_path / "photographs"))).replace(
        "number = 360", ""
    )
    written.write_text(shown.replace("mini-clip", encoder), encoding="utf-8")
    with pytest.raises(UserError) as error:
        prepare(written, out=tmp_path)
    assert str(error.value) == (
        "cute: expected items of known traits for the simulated teacher; found some that nobody has described, such as "
        "photographs; ask another teacher (--teacher PROVIDER:MODEL)"
    )


def test_a_path_of_nobodys_home(encoder: str) -> None:
    """A user that does not exist is a path that is not there, and it is said where paths begin."""
    stage = task(encoder, stimuli="~nobody-of-that-name/photographs", number=None)
    with pytest.raises(UserError, match=r"\(from the current folder\); found '~nobody-of-that-name/photographs'"):
        stage.stimuli()
