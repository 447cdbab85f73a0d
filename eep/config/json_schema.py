"""JSON Schemas of the files people write, so that editors complete keys and mark mistakes as they are typed.

Every file names its schema in its first line (``#:schema ...``), which TOML editors with schema support follow.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Union

from pydantic import Field

from eep.config.experiment import PROVIDERS, experiment_model
from eep.config.persona import PersonaFile
from eep.core.errors import UserError
from eep.core.registry import did_you_mean
from eep.students import STUDENTS
from eep.tasks import TASKS, task_class
from eep.teachers import settings_class

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
#: Lists in which every entry stands once.
_SETS = ("personas", "wordings", "students")


def text(name: str) -> str:
    """Return a schema as JSON; raises UserError for a name that is not in `SCHEMAS`."""
    if name not in SCHEMAS:
        known = list(SCHEMAS)
        raise UserError(f"expected a schema out of {', '.join(known)}; found {name!r}{did_you_mean(name, known)}")
    return json.dumps({"$schema": DRAFT, **_plain(SCHEMAS[name]())}, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path) -> tuple[Path, ...]:
    """Write ``<name>.schema.json`` for every schema into a folder, made if need be; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / f"{name}.schema.json" for name in SCHEMAS)
    for name, path in zip(SCHEMAS, paths, strict=True):
        path.write_text(text(name), encoding="utf-8")
    return paths


def _persona() -> Schema:
    schema = PersonaFile.model_json_schema()
    section = schema["$defs"].pop("SimulatedSection")
    schema["properties"]["wordings"]["additionalProperties"] = False
    simulated = schema["properties"]["simulated"]
    simulated["additionalProperties"] = False
    simulated["properties"] = {task: _weighted(section, task_class(task).traits) for task in TASKS}
    return schema


def _weighted(section: Schema, traits: tuple[str, ...]) -> Schema:
    """Return the schema of ``[simulated.<task>]`` with the traits of the task."""
    weights = {
        **section["properties"]["weights"],
        "additionalProperties": False,
        "properties": {trait: {"type": "number"} for trait in traits},
    }
    return {**section, "properties": {**section["properties"], "weights": weights}}


def _experiment() -> Schema:
    settings = tuple(settings_class(provider) for provider in PROVIDERS)
    # Union[...] of a tuple made at run time: the | operator has no such form.
    teacher = Annotated[Union[settings], Field(discriminator="provider")]  # type: ignore[valid-type] # noqa: UP007
    schema = experiment_model(teacher).model_json_schema()
    for table in (schema, *schema["$defs"].values()):
        properties = table.get("properties", {})
        for name in {*_SETS} & {*properties}:
            properties[name]["uniqueItems"] = True
        if "students" in properties:
            properties["students"]["items"] = {"enum": sorted(STUDENTS)}
        if "provider" in properties:
            table["required"] = sorted({*table.get("required", ()), "provider"})
    schema["$defs"]["Tasks"]["minProperties"] = 1
    return schema


def _plain(node: Any) -> Any:
    """Return a schema with texts on one line, no generated titles, and no null for tables that may be left out."""
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if isinstance(node, str):
        return " ".join(node.split())  # docstrings are wrapped
    if not isinstance(node, dict):
        return node
    kept = {
        name: _plain(value)
        for name, value in node.items()
        if not (name == "title" and isinstance(value, str)) and (name, value) != ("default", None)
    }
    choices = kept.get("anyOf")
    if choices and {"type": "null"} in choices and len(choices) == 2:
        (table,) = (choice for choice in choices if choice != {"type": "null"})
        return {**{name: value for name, value in kept.items() if name != "anyOf"}, **table}
    return kept


#: Name of a schema -> what makes it.
SCHEMAS: dict[str, Callable[[], Schema]] = {"persona": _persona, "experiment": _experiment}
