"""What a plan says of cost: what answers have cost, what the open questions will, and what that rests on."""

from pathlib import Path

from eep import cost
from eep.elicit import Inventory
from eep.forecast import CHARACTERS, SHORT_ANSWER, Forecast, forecast
from eep.prepare import Prepared
from eep.teachers.base import Kind


def costs(prepared: Prepared, there: Inventory) -> list[str]:
    """Return sentences on tokens and money, a paragraph each; none where no model is asked."""
    if isinstance(prepared.source, Path):
        return []
    answers = there.known.values()
    spent = cost.total(answers)
    if not spent and prepared.provenance.kind is not Kind.LIVE:
        return []
    price = prepared.experiment.teacher.limits.price
    said = [f"{len(there.known):,} answers so far: {cost.told(spent, price)}"] if spent else []
    expected = forecast(there, prepared.questions)
    if expected.questions:
        tokens = {name: _about(number) for name, number in expected.tokens.items()}
        said += [
            f"{expected.questions:,} to ask: about {cost.told(tokens, price)}; {_grounds(prepared, expected)}"
        ]
    if price is None:
        said += ["no [teacher.price] is given: tokens only"]
    return said


def _grounds(prepared: Prepared, expected: Forecast) -> str:
    """Return what a forecast rests on."""
    if expected.measured:
        return f"extrapolated from the {expected.measured:,} answers so far"
    most = getattr(prepared.experiment.teacher, "max_tokens", None)
    up_to = f", and may use up to {most:,} for each answer" if most else ""
    return (
        f"an estimate: {CHARACTERS:g} characters of a prompt to a token, {SHORT_ANSWER} tokens to an answer. "
        f"A model that thinks first uses more{up_to}; --ask 20 asks 20 of the questions and measures"
    )


def _about(number: float) -> float:
    """Return a number to three significant digits."""
    return float(f"{number:.3g}")
