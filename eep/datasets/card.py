"""A dataset's card: what it is, what it is not, and what its columns hold, for people and in YAML for the Hub."""

import json
from collections.abc import Iterator, Sequence

from eep.datasets.about import About
from eep.datasets.parts import PartFile, PictureFolder
from eep.datasets.tables import Table

#: Rows of a table up to which the Hub calls it so.
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def text(about: About, tables: Sequence[Table]) -> str:
    """Return a README of tables, without what only the Hub reads."""
    return "\n".join([*_opening(about), *_tables(tables), *_personas(about), *_ending(about)]) + "\n"


def for_hub(about: About, tables: Sequence[Table], files: Sequence[PartFile], pictures: Sequence[PictureFolder]) -> str:
    """Return the Hub's card: a header in YAML, then the text."""
    header = "\n".join(["---", *_header(about, tables, files), "---", ""])
    body = [*_opening(about), *_loading(tables, pictures), *_tables(tables), *_shown(pictures), *_personas(about)]
    return header + "\n".join([*body, *_ending(about)]) + "\n"


def licence(about: About) -> str:
    """Return what the licence file says."""
    name = "MIT" if about.licence == "mit" else "Terms of the model that answered"
    return f"# {name}\n\n{about.licence_note} What eep drew and wrote itself is under the MIT licence.\n"


def _header(about: About, tables: Sequence[Table], files: Sequence[PartFile]) -> Iterator[str]:
    """Yield lines of YAML; a JSON string is one of YAML, too."""
    yield f"pretty_name: {_quoted(about.name)}"
    yield f"license: {about.licence}"
    if about.licence == "other":
        yield 'license_name: "terms-of-the-model"'
        yield 'license_link: "LICENSE.md"'
    yield "language:\n- en"
    yield "annotations_creators:\n- machine-generated"
    yield "tags:\n- persona\n- imitation-learning\n- language-model-behaviour"
    if about.simulated:
        yield "- simulated"
    rows = max(table.frame.height for table in tables)
    yield f"size_categories:\n- {next((name for most, name in SIZES if rows < most), '1M<n<10M')}"
    yield "configs:"
    for table in tables:
        yield f"- config_name: {_quoted(table.name)}\n  data_files:"
        for one in files:
            if one.table is table:
                yield f"  - split: {one.part}\n    path: {_quoted(one.path)}"


def _opening(about: About) -> Iterator[str]:
    yield f"# {about.name}\n"
    if about.simulated:
        yield "**The answers are simulated: no model and no person gave them.**\n"
    yield f"{about.question.strip()}\n"
    yield (
        "Personas were played by a teacher that reads texts, and learned by students that sense numbers or pictures. Here is "
        f"what was asked and answered, and what teachers and students did. {about.teacher.sentence}\n"
    )
    yield f"{about.made_by}\n"


def _loading(tables: Sequence[Table], pictures: Sequence[PictureFolder]) -> Iterator[str]:
    yield "## How to load it\n"
    yield "```python\nimport datasets\n"
    yield f'rows = datasets.load_dataset("path/to/this/folder", "{tables[0].name}")'
    # One builder reads all configurations of a folder, so that pictures are none of them.
    yield from (
        f'pictures = datasets.load_dataset("imagefolder", data_dir="path/to/this/folder/{one.path}")'
        for one in pictures
    )
    yield "```\n"
    yield "The first path may be a repository's name, once the folder is in one. `croissant.json` describes the same files.\n"


def _tables(tables: Sequence[Table]) -> Iterator[str]:
    yield "## Tables\n"
    for table in tables:
        yield f"### {table.name}\n"
        yield f"{table.about} {table.frame.height:,} rows.\n"
        yield "| column | type | what it holds |\n|---|---|---|"
        columns = list(table.described().items())
        long = len(columns) > 30
        for name, held in columns:
            if not long or not name.startswith("picture_"):
                yield f"| {name} | {str(table.frame.schema[name]).lower()} | {held} |"
        if long:
            yield "| picture_1, picture_2, ... | float32 | What a student sees of the picture. |"
        yield ""


def _shown(pictures: Sequence[PictureFolder]) -> Iterator[str]:
    if pictures:
        yield "## Pictures\n"
        yield (
            "eep drew them itself. `metadata.jsonl` has for each its file_name, the name by which items call it, the text "
            "that teachers read, and its SHA-256.\n"
        )
        yield from (f"- `{shown.path}`: {shown.count:,} pictures of {shown.title}" for shown in pictures)
        yield ""


def _personas(about: About) -> Iterator[str]:
    yield "## Personas\n"
    yield "The prompts, word by word, as they are sent; only these reach a model.\n"
    for one in about.personas:
        yield f"**{_escaped(one.name)}** (`{one.id}`, {one.arm.value})\n"
        yield from (f"- {item.id}: {_escaped(item.text)}" for item in one.wordings if item.id in about.wordings)
        yield ""


def _ending(about: About) -> Iterator[str]:
    yield "## What it is not\n"
    yield "No record of what people are like: a model plays a part that a text gives it. Nothing here is a measure of a real person.\n"
    yield from (f"- {sentence}" for sentence in about.caveats)
    yield "\n## Licence\n"
    yield f"{about.licence_note} What eep drew and wrote itself is under the MIT licence."


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _escaped(value: str) -> str:
    """Return a text on one line that Markdown shows as it is."""
    return " ".join(value.split()).replace("\\", "\\\\").replace("*", "\\*").replace("<", "&lt;").replace("|", "\\|")
