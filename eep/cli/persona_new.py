"""``eep persona new``: a file for a persona of one's own, from flags or from answers on a terminal."""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eep.cli.options import FOLDER
from eep.core.errors import UnfinishedError, UserError

if TYPE_CHECKING:
    from eep.config.authoring.new import New

#: The values of `eep.config.persona.Arm`, written out so that ``--help`` need not import them.
ARMS = ("persona", "neutral", "placebo")
SIMULATED = ("drawn", "zero")
#: What cannot be guessed: flag and what it is.
NEEDED = {"name": "what the report calls the persona", "about": "who this is, in some sentences"}


@click.command("new")
@click.argument("id_", metavar="ID")
@click.option("--name", help="What the report calls the persona.")
@click.option("--about", help="Who this is, in a few sentences; one of the drafted wordings holds them.")
@click.option("--source", help="Where the description comes from.")
@click.option("--arm", type=click.Choice(ARMS), help="persona unless said otherwise.")
@click.option(
    "--wording",
    "wordings",
    metavar="WORDING=TEXT",
    multiple=True,
    help="A wording of your own, in place of the draft of that id or besides; can be repeated.",
)
@click.option(
    "--simulated",
    type=click.Choice(SIMULATED),
    help="Weights for the simulated teacher: drawn at random, as for a persona unless said otherwise, or zero.",
)
@click.option(
    "--out",
    type=FOLDER,
    default=Path("personas"),
    show_default=True,
    help="Folder of the file. Experiments look in personas/ beside or above them, and where you are.",
)
def persona_new(id_: str, out: Path, wordings: tuple[str, ...], **given: str | None) -> None:
    """Write a file for a persona of your own; ID will be its name in experiments.

    Asks on a terminal for what no flag says, if --name or --about is missing. Never overwrites a file.

    Example: eep persona new ada --name "Ada Lovelace" --about "A poet of numbers. She bets on horses, and loses."
    """
    from eep.cli.views.persona_shown import format_written
    from eep.config.authoring.new import check_id, write

    check_id(id_, out)
    own = _by_id(wordings)
    missing = [flag for flag in NEEDED if given[flag] is None]
    if missing and not sys.stdin.isatty():
        raise UserError(_missing(id_, missing))
    try:
        new = _prompted(id_, out, own, given) if missing else _composed(id_, out, own, given)
        write(new)
    except (click.Abort, KeyboardInterrupt):
        raise UnfinishedError("\nstopped; nothing was written") from None
    click.echo(format_written(new))


def _by_id(wordings: tuple[str, ...]) -> dict[str, str]:
    """Return wording id -> text of ``ID=TEXT``s."""
    found: dict[str, str] = {}
    for each in wordings:
        name, sign, text = each.partition("=")
        if not sign or name in found:
            expected = "WORDING=TEXT" if not sign else "each wording once"
            raise UserError(f'--wording: expected {expected}, as in plain="You are Ada."; found {each!r}')
        found[name] = text
    return found


def _missing(name: str, missing: list[str]) -> str:
    flags = " ".join(f'--{flag} "..."' for flag in missing)
    lines = [f"  --{flag}: {NEEDED[flag]}" for flag in missing]
    return "\n".join(
        [
            "expected flags for what cannot be guessed, as standard input is no terminal to ask on; found none of",
            *lines,
            f"eep persona new {name} {flags}",
        ]
    )


def _composed(id_: str, out: Path, wordings: Mapping[str, str], given: Mapping[str, str | None]) -> "New":
    from eep.config.authoring.new import Known, compose
    from eep.data.persona import Arm

    arm = Arm(given["arm"] or ARMS[0])
    simulated = given["simulated"] or _usual(arm.value)
    known: dict[str, Any] = {flag: given[flag] or "" for flag in ("name", "about", "source")}
    return compose(Known(id_, arm=arm, wordings=wordings, drawn=simulated == SIMULATED[0], **known), out)


def _usual(arm: str) -> str:
    """Return the weights of an arm unless somebody says otherwise: controls plant nothing."""
    return SIMULATED[arm != ARMS[0]]


def _prompted(id_: str, out: Path, wordings: Mapping[str, str], given: Mapping[str, str | None]) -> "New":
    """Ask for everything that no flag says, the wordings last, with their drafts to be taken or replaced."""
    click.echo(f"A new persona, {id_}. Enter takes what stands in brackets; Ctrl-C leaves nothing behind.\n")
    answers = dict(given)
    _ask(answers, "name", "Name", default=id_.replace("-", " ").title())
    _ask(answers, "about", "Who is this? In a few sentences; one of the drafted wordings holds them\n")
    source = "Where does the description come from, if from anywhere"
    _ask(answers, "source", source, default="", show_default=False)
    _ask(answers, "arm", "Arm", default=ARMS[0], type=click.Choice(ARMS))
    if answers["arm"] == ARMS[0]:
        weights = "Weights for the simulated teacher, never sent to a model"
        _ask(answers, "simulated", weights, default=SIMULATED[0], type=click.Choice(SIMULATED))
    new = _composed(id_, out, wordings, answers)
    texts = {each.id: each.text for each in new.persona.wordings if each.id in new.drafted}
    if texts:
        click.echo("\nThe wordings, all that a model is told. Enter takes a draft; or type one of your own.")
    own = {name: _own_wording(name, text) for name, text in texts.items()}
    return _composed(id_, out, {**wordings, **{name: text for name, text in own.items() if text}}, answers)


def _prompt(question: str, **prompt: Any) -> str:
    """Ask on the terminal, so that Ctrl-C ends the asking.

    polars, once it is imported, lets a read go on that an interrupt stopped: Ctrl-C would wait for the next Enter.
    Python's own handler, set anew, stops it.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return str(click.prompt(question, **prompt))


def _ask(answers: dict[str, str | None], flag: str, question: str, **prompt: Any) -> None:
    if answers[flag] is None:
        answers[flag] = _prompt(question, **prompt)


def _own_wording(name: str, draft: str) -> str:
    from eep.core.text import visible

    click.echo(f"\n{name}: {visible(draft)}")
    return _prompt("", default="", show_default=False, prompt_suffix="> ").strip()
