"""The fault server by hand: python -m tests.support.fault_server --help."""

import contextlib
import json
from collections.abc import Sequence

import click

from .behaviour import Behaviour
from .faults import Fault, Plan, always, at_first, never, sometimes, sticking
from .server import FaultServer

_WORDS = ", ".join(Fault)


@click.command(epilog=f"Faults: {_WORDS}.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes a free one.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="FAULT[=CHANCE]",
    help="Fail in this way: at every question, or with this probability at each try.",
)
@click.option("--sticky", is_flag=True, help="A question that fails goes on to fail, the others never do.")
@click.option("--first", type=click.IntRange(1), help="Fail only at so many first tries of each question.")
@click.option("--seed", type=int, default=0, help="Of the probabilities.")
@click.option("--latency", type=click.FloatRange(0), default=0.0, help="Seconds from question to answer.")
@click.option("--jitter", type=click.FloatRange(0, 1), default=0.0, help="Share by which latency varies.")
@click.option("--rate", type=click.FloatRange(0, min_open=True), help="Questions a second; more get 429.")
@click.option("--silent", is_flag=True, help="Those 429 do not say after how long to come back.")
@click.option("--key", default="", help="The only key that is accepted.")
@click.option(
    "--polls", type=click.IntRange(1), default=1, help="How often a batch is looked at before it ends."
)
@click.option(
    "--idle", type=click.FloatRange(0), default=600.0, help="Stop after so many seconds without a request."
)
@click.option(
    "--lifetime", type=click.FloatRange(0), default=3600.0, help="Stop after so many seconds in all."
)
def main(
    *, faults: Sequence[str], sticky: bool, first: int | None, seed: int, silent: bool, **settings: float
) -> None:
    """Speak the protocols of OpenAI and Anthropic on 127.0.0.1, batches included, and fail as told.

    What was asked and how it ended: GET /counts; the questions themselves, one a line: GET /requests.
    """
    plan = planned(faults, sticky=sticky, first=first, seed=seed)
    behaviour = Behaviour(plan=plan, retry_after=not silent, **settings)  # type: ignore[arg-type]
    try:
        # Whoever reads the line may interrupt at once.
        with FaultServer(behaviour) as server, contextlib.suppress(KeyboardInterrupt):
            click.echo(f"OpenAI: {server.openai_url}  Anthropic: {server.anthropic_url}")
            server.wait()
    except OSError as error:
        raise click.ClickException(f"expected to listen on port {behaviour.port}: {error.strerror}") from None
    click.echo(json.dumps(server.record.counts()))


def planned(faults: Sequence[str], *, sticky: bool, first: int | None, seed: int) -> Plan:
    """Return the plan of the command line's words; raises click.BadParameter."""
    chances = dict(map(_fault, faults))
    if not chances:
        return never
    if first is not None or (len(chances) == 1 and None in chances.values()):
        (fault, chance), *others = chances.items()
        if others or chance is not None:
            raise click.BadParameter("expected one --fault without a chance beside --first")
        return always(fault) if first is None else at_first(first, fault)
    if None in chances.values():
        raise click.BadParameter(
            "expected a chance with each of several faults: --fault html=0.1 --fault hang=0.1"
        )
    drawn = {fault: chance for fault, chance in chances.items() if chance is not None}
    return sticking(drawn, seed) if sticky else sometimes(drawn, seed)


def _fault(word: str) -> tuple[Fault, float | None]:
    name, _, chance = word.partition("=")
    try:
        return Fault(name), float(chance) if chance else None
    except ValueError:
        raise click.BadParameter(
            f"expected one of {_WORDS}, as in html or html=0.1; found {word!r}"
        ) from None


if __name__ == "__main__":
    main()
