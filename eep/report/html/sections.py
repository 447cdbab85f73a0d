"""The sections of the HTML page in the order of their telling."""

from collections.abc import Iterable, Mapping

from eep.report import (
    ceiling,
    films,
    gallery,
    methods,
    opening,
    profiles,
    references,
    results,
    results_checks,
    results_measured,
    results_play,
)
from eep.report.blocks import Block, Heading
from eep.report.findings import Findings
from eep.report.html import downloads as html_downloads
from eep.report.html import exchanges as html_exchanges
from eep.report.html import films as html_films
from eep.report.html import gallery as html_gallery
from eep.report.html import profiles as html_profiles
from eep.report.html import verdicts as html_verdicts
from eep.report.html.charts import Drawn
from eep.report.html.parts import Part, Section, part, section
from eep.report.html.words import words
from eep.report.results import Images

Charts = Mapping[str, Drawn]


def found(findings: Findings, charts: Charts) -> Section:
    """Return the first section: the verdicts and the manipulation check."""
    checked = (part(block, charts) for block in opening.manipulation(findings))
    cards = html_verdicts.cards(findings)
    first = Part("verdicts", cards) if cards else Part("prose", [words(opening.NO_VERDICT)])
    trace = part(opening.trace(findings), charts)
    return Section("found", opening.HEADING, "What was found", (first, trace, *checked))


def sections(
    findings: Findings,
    images: Images,
    charts: Charts,
    animations: Mapping[str, str],
    files: Mapping[str, bytes],
) -> tuple[Section, ...]:
    """Return every section there is something to tell in.

    ``images`` and ``charts`` are the same charts, as the report's and as the page's; ``animations`` is file name to SVG
    text, ``files`` path to content of what can be downloaded.
    """
    return (
        *_compared(findings, images, charts),
        *_personas(findings),
        *_play(findings, images, charts, animations),
        *_checks(findings, images, charts),
        *_record(findings, charts, files),
    )


def _compared(findings: Findings, images: Images, charts: Charts) -> Iterable[Section]:
    reading: list[Block] = [Heading(opening.HOW_TO_READ_HEADING), opening.HOW_TO_READ]
    yield from section("reading", "How to read this", reading, charts)
    yield from section(
        "matrix",
        "Matched, mismatched",
        results.matrices(findings, images),
        charts,
    )
    yield from section(
        "slopes",
        "How much arrives",
        results.effects(findings, images),
        charts,
    )
    yield from section(
        "shares",
        "Shares of variance",
        results.shares(findings, images),
        charts,
    )


def _personas(findings: Findings) -> Iterable[Section]:
    likes = html_profiles.parts(findings)
    if likes:
        yield Section("likes", profiles.HEADING, "What each prefers", likes)
    pictures = html_gallery.parts(findings)
    if pictures:
        yield Section("gallery", gallery.HEADING, "What divides them", pictures)
    yield from section(
        "neutral",
        "Against no persona",
        results_checks.contrasts(findings),
        {},
    )


def _play(
    findings: Findings, images: Images, charts: Charts, animations: Mapping[str, str]
) -> Iterable[Section]:
    shown = html_films.parts(findings, animations)
    if shown:
        yield Section("films", films.HEADING, films.HEADING, shown)
    yield from section(
        "returns",
        "Returns",
        results_play.returns(findings, images),
        charts,
    )
    yield from section(
        "policies",
        "How they act",
        results_play.policies(findings),
        charts,
    )


def _checks(findings: Findings, images: Images, charts: Charts) -> Iterable[Section]:
    yield from section(
        "survives",
        "Does it survive?",
        results_checks.sensitivity(findings),
        charts,
    )
    yield from section(
        "agreement",
        "Students and controls",
        results.agreement(findings, images),
        charts,
    )
    yield from section(
        "ceiling",
        "Against the ceiling",
        ceiling.section(findings),
        charts,
    )
    yield from section("measured", "Error rates and power", results_measured.section(findings), charts)
    yield from section(
        "exclusions",
        "Exclusions, refusals",
        [*results.exclusions(findings), *results_checks.refusals(findings)],
        charts,
    )


def _record(findings: Findings, charts: Charts, files: Mapping[str, bytes]) -> Iterable[Section]:
    said = tuple(html_exchanges.parts(findings))
    if said:
        yield Section("transcripts", html_exchanges.HEADING, "Transcripts", said)
    yield from section("design", "The design", methods.design(findings), charts)
    yield from section("methods", "Methods, references", references.section(), charts)
    yield from section("plan", "Plan, seeds, versions", methods.record(findings), charts)
    yield from section("exploratory", "What was exploratory", methods.exploratory(findings), charts)
    yield Section("tables", "Tables to download", "Tables to download", html_downloads.parts(findings, files))
