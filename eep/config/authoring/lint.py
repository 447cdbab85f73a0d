"""Personas checked beyond their grammar: what spoils a comparison, why, and the way out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eep.config.authoring import rules
from eep.config.authoring.rules import Finding, Rule
from eep.config.authoring.texts import plain
from eep.config.persona import from_document
from eep.core.toml.document import START, Document, display_path, error_line, read
from eep.core.toml.errors import dotted
from eep.core.toml.positions import Location
from eep.data.persona import Arm, Persona

_EVERYBODY: tuple[Rule, ...] = (
    rules.enough_wordings,
    rules.different_texts,
    rules.similar_lengths,
    rules.no_answer_named,
    rules.filled_in,
    rules.played_everywhere,
)
RULES: Mapping[Arm, tuple[Rule, ...]] = {
    Arm.PERSONA: (*_EVERYBODY, rules.addresses_model),
    Arm.PLACEBO: (*_EVERYBODY, rules.addresses_model, rules.about_something_else, rules.plants_nothing),
    Arm.NEUTRAL: (*_EVERYBODY, rules.names_nobody, rules.plants_nothing),
}


@dataclass(frozen=True)
class Checked:
    """A persona with the document it was read from."""

    persona: Persona
    document: Document


def check(path: Path) -> Checked:
    """Read a persona's file; raises `eep.core.errors.TomlError` as `eep.config.persona.load_persona` does."""
    document = read(path)
    return Checked(from_document(document), document)


def findings(persona: Persona) -> list[Finding]:
    """Return what the rules of a persona's arm find in it, in the order of the rules."""
    return [finding for rule in RULES[persona.arm] for finding in rule(persona)]


def warnings(checked: Sequence[Checked]) -> list[str]:
    """Return the findings in several files as they are printed: a line with the place of each, why it matters, the way out.

    Findings of one kind in one file share their reason. Texts that two of the files share are found too.
    """
    found = [(one, finding) for one in checked for finding in findings(one.persona)]
    groups: dict[tuple[str, str, str], list[str]] = {}
    for one, finding in (*found, *_shared(checked)):
        groups.setdefault((str(one.document.path), finding.why, finding.fix), []).append(_line(one, finding))
    return ["\n".join([*lines, f"    Why: {why}", f"    Way out: {fix}"]) for (_, why, fix), lines in groups.items()]


def _shared(checked: Sequence[Checked]) -> Iterator[tuple[Checked, Finding]]:
    """Yield the wordings that an earlier file has too, as copies of files come to have."""
    first: dict[str, tuple[Checked, str]] = {}
    for one in checked:
        for wording in one.persona.wordings:
            earlier, name = first.setdefault(plain(wording.text), (one, wording.id))
            if earlier.persona.id != one.persona.id:
                yield (
                    one,
                    Finding(
                        ("wordings", wording.id),
                        f"the same text as wordings.{name} of {display_path(earlier.document.path)}",
                        "Two personas with the same text are one persona under two names: nothing can tell their "
                        "students apart, and the test takes that for a lack of inheritance.",
                        "Say here who this persona is.",
                    ),
                )


def _line(one: Checked, finding: Finding) -> str:
    position = one.document.locations.get(finding.path, Location(START, START)).value
    return error_line(one.document.path, position, dotted(finding.path), f"warning: {finding.found}")
