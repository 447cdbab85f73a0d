"""From a TOML document to a pydantic model: every error as a plain sentence at its line and column."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from eep.core.toml.errors import Problems, described
from eep.core.toml.positions import TomlPath

#: What ids look like, of personas, wordings and experiments: they name files, folders and table entries.
ID_PATTERN = r"^[a-z0-9][a-z0-9-]*$"
#: A text with something to see: more than white space, control characters and marks that show nothing. The ranges
#: are written out, as the readers of the JSON Schemas know other names of classes than pydantic does.
TEXT_PATTERN = r"[^\s\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
#: Patterns of this project's models in words.
PATTERNS = {
    ID_PATTERN: "small letters, digits and hyphens, beginning with a letter or digit",
    TEXT_PATTERN: "a text that says something",
}
_ABSENT = {"missing", "too_short"}
_PLAIN = {
    "missing": "this key",
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "set_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "json_invalid": "lists and tables nested less deep",
}
_LIMITS = {
    "greater_than": ("gt", "a number above {}"),
    "greater_than_equal": ("ge", "a number of at least {}"),
    "less_than": ("lt", "a number below {}"),
    "less_than_equal": ("le", "a number of at most {}"),
    "too_long": ("max_length", "a list of at most {}"),
    "string_too_long": ("max_length", "a text of at most {} characters"),
}

M = TypeVar("M", bound=BaseModel)


def validate(problems: Problems, model: type[M], data: Mapping[str, Any], at: TomlPath = ()) -> M | None:
    """Return the model of a table, or ``None`` after noting everything that is wrong with it.

    Validation is strict: a number in quotes is no number. ``at`` is where the table stands in the document.
    """
    wild = [path for path, value in _leaves(data, at) if isinstance(value, float) and not math.isfinite(value)]
    for path in wild:
        problems.add(path, "a finite number")
    try:
        found = model.model_validate_json(json.dumps(data, default=_not_json), strict=True)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            # A default that depends on other keys is no key's problem.
            known = detail["type"] == "default_factory_not_called"
            if not known and (path := (*at, *detail["loc"])) not in wild:
                _note(problems, model, detail, path)
        return None
    return None if wild else found


def _leaves(value: Any, path: TomlPath) -> Iterator[tuple[TomlPath, Any]]:
    """Yield every value that is neither a table nor a list, with its path."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _leaves(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _leaves(each, (*path, index))
    else:
        yield path, value


def _not_json(value: Any) -> Any:
    """Return something that no field accepts for dates and times, which no file of eep holds."""
    return {"a date or time": str(value)}


def _note(problems: Problems, model: type[BaseModel], detail: ErrorDetails, path: TomlPath) -> None:
    kind, context = detail["type"], detail.get("ctx", {})
    if path[-1:] == ("[key]",):
        problems.add_key(path[:-1], _expected(kind, context, detail["msg"]))
    elif kind == "extra_forbidden":
        problems.add_unknown(path, _known(model, detail["loc"][:-1]))
    elif kind in {"literal_error", "enum"}:
        names = re.findall(r"'([^']*)'", str(context["expected"]))
        problems.add(path, one_of(names), known=names)
    elif kind == "value_error":
        problems.add_sentence(path, _own_words(str(context["error"]), problems.document.value(path)))
    else:
        problems.add(path, _expected(kind, context, detail["msg"]), absence=kind in _ABSENT)


def one_of(names: Sequence[str]) -> str:
    """Return ``one of 'a', 'b'``, or the only name there is."""
    quoted = ", ".join(map(repr, names))
    return f"one of {quoted}" if len(names) > 1 else quoted


def _own_words(text: str, value: Any) -> str:
    """Return the text of a validator's ValueError, ``expected ...; found ...``, as a sentence."""
    if text.startswith("expected "):
        return text.replace("; found ", ", found ", 1)
    return f"expected a valid value, found {described(value)} ({text})"


def _expected(kind: str, context: Mapping[str, Any], message: str) -> str:
    """Return what was expected, for every kind of error but unknown keys, choices and validators' own words."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _LIMITS:
        name, sentence = _LIMITS[kind]
        return sentence.format(f"{context[name]:g}" if "length" not in name else context[name])
    if kind == "too_short":
        least = context["min_length"]
        return "at least one entry" if least == 1 else f"at least {least} entries"
    if kind == "string_too_short":
        least = context["min_length"]
        return "a text that says something" if least == 1 else f"a text of at least {least} characters"
    if kind == "string_pattern_mismatch":
        pattern = str(context["pattern"])
        return PATTERNS.get(pattern, f"a text that fits the pattern {pattern}")
    return re.sub(r"^Input should be (a valid )?", "", message)


def _known(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """Return the keys that the table at ``loc`` in a model may have."""
    annotation: Any = model
    for step in loc:
        annotation = _inside(annotation, step)
    inner = _model_in(annotation)
    return [field.alias or name for name, field in inner.model_fields.items()] if inner else []


def _inside(annotation: Any, step: str | int) -> Any:
    """Return the annotation of a field of a model, or of the values of a mapping or list."""
    inner = _model_in(annotation)
    if inner is None:
        arguments = [each for each in get_args(annotation) if each is not Ellipsis]
        return arguments[-1] if arguments else None
    names = {field.alias or name: field.annotation for name, field in inner.model_fields.items()}
    return names.get(str(step))


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model that an annotation is, or that it may be besides ``None``."""
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return annotation if issubclass(annotation, BaseModel) else None
    if get_origin(annotation) in {dict, tuple, list, Mapping}:
        return None
    return next(filter(None, map(_model_in, get_args(annotation))), None)
