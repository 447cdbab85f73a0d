"""An episode in lines of text: one for each moment and player, slowly on a terminal, at once in a pipe."""

import os
import sys
import time
from collections.abc import Iterator

import click

from eep.cli.views.tables import NARROW, folded, width
from eep.core.text import one_line
from eep.embodiment.episodes import Episode
from eep.pipeline.showing import Shown, persona_of, short_name
from eep.tasks.base import analysed

#: Least and greatest width of a drawn state.
_STRIP = (12, 40)
#: Longest name beside it.
_NAME = 9


def replay(shown: Shown) -> None:
    """Print who plays, the episode, and what it came to; Ctrl-C ends it, and nothing is wrong with that."""
    pause = shown.replay.seconds * shown.replay.every if sys.stdout.isatty() else 0.0
    colours = False if "NO_COLOR" in os.environ else None
    click.echo("\n".join(_heading(shown)))
    try:
        episodes = shown.episodes()
        for moment in _moments(shown, episodes):
            time.sleep(pause)
            click.echo("\n".join(moment), color=colours)
        for name, episode in zip(shown.names, episodes, strict=True):
            click.echo(folded(f"{one_line(name)}: {shown.replay.outcome(episode.reward, episode.info)}."))
    except KeyboardInterrupt:
        click.echo("stopped watching", err=True)


def _heading(shown: Shown) -> Iterator[str]:
    first, start = shown.policies[0], shown.starts[0]
    chosen = "the likeliest each time" if shown.greedy else "drawn by their probabilities"
    yield folded(f"{first.task.title}, episode {shown.seed}, choices {chosen}.")
    if start.text:
        learned = "No student learned from it." if start.held_out else "The students learned from it."
        yield folded(f"Whom they meet ({start.id}): {start.text} {learned}")
    for policy in shown.policies:
        yield folded(
            f"{one_line(persona_of(policy).name)}: students of {', '.join(one.wording for one in policy.records)}."
        )
    yield folded(first.manifest.teacher.sentence)


def _moments(shown: Shown, episodes: list[Episode]) -> Iterator[list[str]]:
    """Yield the lines of each moment: one for everybody who still plays, on a narrow terminal two."""
    seconds, every = shown.replay.seconds, shown.replay.every
    for moment in range(0, max(len(one.actions) for one in episodes), every):
        passed = f"{moment * seconds:.1f} s" if every > 1 else f"turn {moment + 1}"
        playing = [pair for pair in zip(shown.names, episodes, strict=True) if moment < len(pair[1].actions)]
        lines = [line for name, one in playing for line in _lines(shown, short_name(name)[:_NAME], one, moment)]
        if len(episodes) == 1:
            yield [
                line.replace(short_name(shown.names[0])[:_NAME].ljust(_NAME), passed.ljust(_NAME), 1) for line in lines
            ]
        else:
            yield [passed, *lines]


def _lines(shown: Shown, name: str, episode: Episode, moment: int) -> Iterator[str]:
    state, action = episode.decided[moment], int(episode.actions[moment])
    option = shown.policies[0].options[action]
    certain = f"({100 * episode.chances[moment, action]:.0f} %)"
    does = f"{_coloured(shown, option)} {certain}"
    words = shown.replay.words(state)
    if width() < NARROW:
        yield f"{name:<{_NAME}} {shown.replay.strip(state, max(_STRIP[0], width() - _NAME - 2))}"
        fits = len(f"  {words}: {option} {certain}") <= width()
        yield from [f"  {words}: {does}"] if fits else [f"  {words}:", f"  {does}"]
    else:
        strip = shown.replay.strip(state, min(_STRIP[1], max(_STRIP[0], width() - _NAME - 48)))
        yield f"{name:<{_NAME}} {strip}  {words:<25} {does}"


def _coloured(shown: Shown, option: str) -> str:
    """Return an option, blue where it stands high in the readout that is analysed, yellow where it stands low."""
    weight = analysed(shown.policies[0].task).get(option, 0.0)
    return option if weight == 0.5 else click.style(option, fg="blue" if weight > 0.5 else "yellow")
