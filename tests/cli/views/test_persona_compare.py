"""Two personas side by side, as their files define them and as a run found them."""

import json
from itertools import product
from pathlib import Path

import polars as pl
import pytest

from eep.cli.views import persona_compare
from eep.cli.views.tables import table
from eep.config.persona import load_persona
from eep.core import paths
from eep.core.errors import UserError
from eep.data import responses
from eep.data.persona import Arm, Persona, Wording
from eep.stats import estimates

NEWTON, GOTH = (load_persona(paths.shipped("personas") / f"{name}.toml") for name in ("sir-isaac-newton", "goth-teen"))


def flat(text: str) -> str:
    """Return a text with single spaces."""
    return " ".join(text.split())


def test_files_are_compared_part_by_part() -> None:
    """Names, wordings with lengths and likeness, shared words, and weights with differences and correlation."""
    said = persona_compare.format_comparison(NEWTON, GOTH)
    assert "name   Sir Isaac Newton" in said
    assert "You are Sir Isaac Newton." in said
    assert "plain 5 20 0.04" in flat(said)
    assert "SIMULATED, CartPole: weights in logits, towards 'right'" in said
    assert "pole-angle +1.00 -0.50 +1.50" in flat(said)
    # Over all texts the traits are balanced, so that the cosine of the weights is the correlation: -1.1 / 1.263.
    assert "Over the task's 81 items, what the weights plant correlates by -0.87" in flat(said)


def test_what_only_one_has_is_told() -> None:
    """A wording or a section that the other lacks is shown as lacking; beside itself a persona is alike in everything."""
    assert "plain 20 20 1.00" in flat(persona_compare.format_comparison(GOTH, GOTH))
    bare = Persona("bare", "Bare", Arm.PERSONA, "Nobody yet.", "", (Wording("short", "Be Bare."),))
    said = flat(persona_compare.format_comparison(bare, NEWTON))
    assert "short Be Bare. (none)" in said
    assert "cannot be correlated" in said
    assert "SIMULATED" not in persona_compare.format_comparison(bare, bare)


def test_a_narrow_terminal_stacks_the_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where two columns do not fit, each cell has lines of its own, none wider than the terminal."""
    monkeypatch.setenv("COLUMNS", "30")
    said = table(("", "a", "b"), [("plain", "You are Ada, who writes letters.", "x")])
    assert said == "plain\n  a: You are Ada, who writes\n  letters.\n  b: x"
    assert max(map(len, persona_compare.format_comparison(NEWTON, GOTH).splitlines())) <= 30


def test_tables_are_no_markup() -> None:
    """Brackets and escapes in a persona are text."""
    assert "[bold]x[/bold]" in table(("", "a"), [("name", "[bold]x[/bold]")])
    assert "\x1b" not in table(("", "a"), [("name", "\x1b[31mred")])


def run_folder(out: Path) -> Path:
    """Write the tables of a run in which Newton and the goth took part, and return its folder."""
    folder = out / "runs" / "small"
    folder.mkdir(parents=True)
    value = {"sir-isaac-newton": (0.8, -0.5), "goth-teen": (-0.4, 0.9)}
    rows = [
        estimates.Estimate("cartpole", "preference", "similarity", one, "logistic", number, other)
        for one, pair in value.items()
        for other, number in zip(value, pair, strict=True)
    ]
    estimates.frame(rows, experiment="small").write_parquet(folder / "estimates.parquet")
    agents = (("teacher", "simulated:weights"), ("student", "logistic"))
    shared = {"task": "cartpole", "arm": "persona", "sample": 0, "split": "test", "option": "right", "status": "ok"}
    responses.build(
        {**shared, "role": role, "agent": agent, "persona": persona, "wording": wording}
        | {"item": item, "cluster": item, "response": float(persona == "goth-teen")}
        for (role, agent), persona, wording, item in product(agents, value, ("plain", "portrait"), ("i0", "i1"))
    ).write_parquet(folder / "responses.parquet")
    wordings = {wording.id: wording.text for wording in NEWTON.wordings}
    planned = {"personas": {"sir-isaac-newton": {"wordings": wordings}, "goth-teen": {"wordings": {"plain": "x"}}}}
    (folder / "plan.json").write_text(json.dumps({"plan": planned}), encoding="utf-8")
    return folder


def test_a_run_tells_similarity_and_agreement(tmp_path: Path) -> None:
    """The two personas' cells of the matrix, if they are in it, how often they choose alike, and whose wording has changed."""
    folder = run_folder(tmp_path)
    assert persona_compare.folder_of("small", tmp_path) == folder
    assert persona_compare.folder_of("experiments/small.toml", tmp_path) == folder
    assert persona_compare.folder_of(str(folder), Path("elsewhere")) == folder
    said = persona_compare.format_comparison_in_run(folder, NEWTON, GOTH)
    assert "cartpole, preference: SIMILARITY of logistic students" in said
    assert "sir-isaac-newton +0.8 -0.5" in flat(said)
    assert "logistic of goth-teen 0.0% 100.0%" in flat(said)
    assert "The wordings of goth-teen were others" in said
    assert "The wordings of sir-isaac-newton" not in said
    pl.read_parquet(folder / "estimates.parquet").clear().write_parquet(folder / "estimates.parquet")
    of_controls = persona_compare.format_comparison_in_run(folder, NEWTON, GOTH)
    assert "SIMILARITY" not in of_controls
    assert "CHOSEN ALIKE" in of_controls


def test_a_run_that_is_none_is_told(tmp_path: Path) -> None:
    """An unknown run with those that exist, a persona that took no part, and a damaged table."""
    with pytest.raises(UserError, match="as eep run makes one"):
        persona_compare.folder_of("small", tmp_path)
    folder = run_folder(tmp_path)
    with pytest.raises(UserError, match=r"as small .*found 'smal' \(did you mean 'small'\?\)"):
        persona_compare.folder_of("smal", tmp_path)
    bare = Persona("bare", "Bare", Arm.PERSONA, "x", "", (Wording("plain", "Be Bare."),))
    with pytest.raises(UserError, match="expected a run in which bare took part; found one of goth-teen, sir-isaac"):
        persona_compare.format_comparison_in_run(folder, NEWTON, bare)
    (folder / "plan.json").write_text("no plan", encoding="utf-8")
    assert "plan cannot be read" in persona_compare.format_comparison_in_run(folder, NEWTON, GOTH)
    (folder / "estimates.parquet").write_bytes(b"no table")
    with pytest.raises(UserError, match=r"estimates.parquet: expected a table of a run"):
        persona_compare.format_comparison_in_run(folder, NEWTON, GOTH)
