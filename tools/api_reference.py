"""Write docs/api.md from the docstrings of eep's public names, and the columns of the tables into docs/architecture.md.

``python -m tools.api_reference``

Signatures are taken from the source, not from what a Python version makes of it, so that every version writes the same.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path

import eep
from eep.data.responses import SCHEMA as RESPONSES
from eep.data.returns import AGENT, POLICIES, RETURNS
from eep.stats.estimates import SCHEMA as ESTIMATES
from eep.stats.profile import ATTRIBUTES
from eep.stats.verdict import SCHEMA as VERDICTS

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "api.md"
ARCHITECTURE = DOCS / "architecture.md"
HEAD = """\
# The Python API

What `import eep` offers. Everything else is internal and may change without notice. Made from the docstrings by
`python -m tools.api_reference`; change those, not this page.
"""
#: The groups of the page: title, an introduction, and the names.
GROUPS = (
    ("Running", "Run an experiment, or open what a run has left.", ("run", "Run", "open_run", "FinishedRun")),
    (
        "Saved students",
        "Put a run's students to work: a persona that senses and acts.",
        ("load_student", "StudentPolicy"),
    ),
    (
        "Files",
        "What users write: experiments and personas, as TOML files.",
        ("load_experiment", "Experiment", "load_persona", "Persona", "Wording", "Arm"),
    ),
    (
        "Questions and answers",
        "What a teacher is asked, and what comes back.",
        ("Item", "Prompt", "Question", "Answer", "Status"),
    ),
    (
        "Extension points",
        "What a task, a teacher and a student offer; [extending.md](extending.md) has a complete example of each.",
        ("Task", "Teacher", "Student", "task_class", "teacher_class", "student_class"),
    ),
    ("Errors", "What a caller may want to catch.", ("UserError", "UnfinishedError", "TomlError", "SavedStudentError")),
    ("Version", "", ("__version__",)),
)
#: Table: what it has a row for, and its columns.
TABLES: Mapping[str, tuple[str, Iterable[str]]] = {
    "responses": ("answer", RESPONSES),
    "returns": ("episode and measure of play", RETURNS),
    "policies": ("number about how an agent plays", POLICIES),
    "attributes": ("attribute of a held-out item", ATTRIBUTES),
    "estimates": ("estimate", ESTIMATES),
    "verdicts": ("task and component", VERDICTS),
}
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def render() -> str:
    """Return the page, Markdown."""
    parts = [HEAD]
    for title, introduction, names in GROUPS:
        parts += [f"## {title}\n", *([f"{introduction}\n"] if introduction else [])]
        parts += [_entry(name) for name in names]
    return "\n".join(parts)


def with_tables(page: str) -> str:
    """Return docs/architecture.md with the columns of all tables as they are, the key of an agent called "the agent"."""
    agent = ", ".join(f"`{name}`" for name in AGENT if name != "task")
    rows = ["| table | one row per | columns |", "|---|---|---|"]
    for name, (what, columns) in TABLES.items():
        listed = ", ".join(f"`{column}`" for column in columns).replace(agent, "the agent")
        rows.append(f"| {name} | {what} | {listed} |")
    start, end = "<!-- tables -->\n", "\n<!-- end -->"
    before, _, rest = page.partition(start)
    return before + start + "\n".join(rows) + end + rest.partition(end)[2]


def _entry(name: str) -> str:
    """Return the section of one name: its signature, its docstring, and the members of a class."""
    value = getattr(eep, name)
    if isinstance(value, str):
        return f"### `eep.{name}`\n\nThe version of eep, a string.\n"
    source = textwrap.dedent(inspect.getsource(value))
    (node,) = ast.parse(source).body
    parts = [f"### `eep.{name}`\n"]
    if isinstance(node, ast.ClassDef):
        parts += [_block(_class(node, source.splitlines())), _docstring(node), *_descriptions(node), *_methods(node)]
    elif isinstance(node, _Function):
        parts += [_block(_signature(node)), _docstring(node)]
    return "\n".join(parts)


def _block(code: str) -> str:
    return f"```python\n{code}\n```\n"


def _class(node: ast.ClassDef, lines: Sequence[str]) -> str:
    """Return a class as its bases and public fields, each under the comment that describes it."""
    bases = f"({', '.join(map(ast.unparse, node.bases))})" if node.bases else ""
    fields = [
        f"    {line}"
        for member in node.body
        if (field := _field(member))
        for line in (*_comment(lines[: member.lineno - 1]), field)
    ]
    return "\n".join([f"class {node.name}{bases}{':' if fields else ''}", *fields])


def _comment(before: Sequence[str]) -> list[str]:
    """Return the comment of ``#:`` that the lines before a field end with."""
    marked = list(takewhile(lambda line: line.startswith("#:"), (line.strip() for line in reversed(before))))
    return [line.replace("#:", "#").replace("``", "`") for line in reversed(marked)]


def _field(member: ast.stmt) -> str:
    """Return a public field or value of a class, without a call that describes it; "" of anything else."""
    if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
        default = None if isinstance(member.value, ast.Call) else member.value
        text = _annotated(member.target.id, member.annotation, default)
    elif isinstance(member, ast.Assign):
        text = _source(member)
    else:
        return ""
    return "" if text.startswith("_") else text


def _descriptions(node: ast.ClassDef) -> Iterator[str]:
    """Yield a list of the fields that a call such as ``Field(description=...)`` describes."""
    found = [
        f"- `{ast.unparse(member.target)}`: {ast.literal_eval(keyword.value)}"
        for member in node.body
        if isinstance(member, ast.AnnAssign) and isinstance(member.value, ast.Call)
        for keyword in member.value.keywords
        if keyword.arg == "description"
    ]
    if found:
        yield "\n".join([*found, ""])


def _methods(node: ast.ClassDef) -> Iterator[str]:
    """Yield a heading and the docstring of every public method and property of a class."""
    for member in node.body:
        if isinstance(member, _Function) and not member.name.startswith("_"):
            marks = {ast.unparse(mark) for mark in member.decorator_list}
            shown = member.name if "property" in marks else _signature(member, longest=1000).removeprefix("def ")
            abstract = " (abstract)" if "abstractmethod" in marks else ""
            yield f"**`{shown}`**{abstract}\n\n{_docstring(member)}"


def _signature(node: _Function, longest: int = 100) -> str:
    """Return ``def name(...) -> ...``, a line per parameter where it is longer than ``longest``."""
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    returned = f" -> {_annotation(node.returns)}" if node.returns else ""
    parameters = list(_parameters(node.args))
    line = f"{word} {node.name}({', '.join(parameters)}){returned}"
    if len(line) <= longest:
        return line
    return "\n".join([f"{word} {node.name}(", *(f"    {each}," for each in parameters), f"){returned}"])


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    """Yield the parameters of a signature but ``self``, the star before keywords among them."""
    missing: list[ast.expr | None] = [None] * (len(arguments.args) - len(arguments.defaults))
    for argument, default in zip(arguments.args, [*missing, *arguments.defaults], strict=True):
        if argument.arg != "self":
            yield _annotated(argument.arg, argument.annotation, default)
    if arguments.kwonlyargs:
        yield "*"
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _annotated(argument.arg, argument.annotation, default)


def _annotated(name: str, annotation: ast.expr | None, default: ast.expr | None) -> str:
    """Return ``name: type = default``, without what is not there."""
    typed = f"{name}: {_annotation(annotation)}" if annotation else name
    return f"{typed} = {_source(default)}" if default else typed


def _source(node: ast.AST) -> str:
    """Return the source of a value, quoted as ruff does, which formats the code of Markdown files, too."""
    return ast.unparse(node).replace("'", '"')


def _annotation(node: ast.expr) -> str:
    """Return an annotation, without quotes if it stands in such."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ast.unparse(node)


def _docstring(node: _Function | ast.ClassDef) -> str:
    """Return a docstring as Markdown, in which public names are called as a user imports them."""
    text = _markdown(ast.get_docstring(node) or "")
    for name in eep.__all__:
        home = getattr(getattr(eep, name), "__module__", "eep")
        text = text.replace(f"`{home}.{name}`", f"`eep.{name}`")
    return text


def _markdown(docstring: str) -> str:
    """Return a docstring of numpy's style as Markdown: sections in bold, their definitions as bullets."""
    out: list[str] = []
    section = ""
    lines = docstring.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if re.fullmatch(r"-{3,}", line):
            continue
        if re.fullmatch(r"-{3,}", following):
            section = line
            out += [f"**{line}**", ""]
        elif section and line and not line.startswith(" "):
            names = ", ".join(f"`{name.strip()}`" for name in line.split(","))
            out.append(f"- {names}:")
        elif section and line.startswith("    ") and out[-1].startswith("- "):
            out[-1] += f" {line.strip()}"
        else:
            out.append(line)
    return "\n".join(out).replace("``", "`") + "\n"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    ARCHITECTURE.write_text(with_tables(ARCHITECTURE.read_text(encoding="utf-8")), encoding="utf-8")
