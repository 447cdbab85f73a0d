"""Positions in TOML documents, held against a writer that knows where it wrote everything."""

import tomllib
from datetime import date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eep.core.toml.positions import Location, Position, TomlPath, locations

BARE = "abcXYZ019_-"
KEYS = st.one_of(st.text(BARE, min_size=1, max_size=4), st.text("aé .\"'\\=[]#{}\n", max_size=3))
TEXTS = st.text("ab é\"'\\\n\t=[]#{},", max_size=12)
SCALARS = st.one_of(
    TEXTS,
    st.integers(-1000, 1000),
    st.floats(-1e9, 1e9),
    st.booleans(),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - TOML has times without a zone
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
DOCUMENTS = st.dictionaries(
    KEYS, VALUES | st.lists(st.dictionaries(KEYS, SCALARS, max_size=2), min_size=1, max_size=3), max_size=5
)


class Writer:
    """Writes a document in styles that are drawn, and notes where each key and value begins."""

    def __init__(self, draw: st.DataObject) -> None:
        self.draw = draw
        self.text = ""
        self.found: dict[TomlPath, Location] = {}

    def pick(self, *choices: Any) -> Any:
        """Return one of the choices."""
        return self.draw.draw(st.sampled_from(choices))

    def here(self) -> Position:
        """Return the position of the next character."""
        return Position(self.text.count("\n") + 1, len(self.text) - self.text.rfind("\n"))

    def table(self, path: TomlPath, shown: tuple[str, ...], data: dict[str, Any]) -> None:
        """Write the entries of a table, those that get headers last."""
        later: list[tuple[str, Any]] = []
        for key, value in data.items():
            if _tables(value) and self.pick(True, False):
                later.append((key, value))
            else:
                self.entry(path, (key,), value)
        for key, value in later:
            self.headed((*path, key), (*shown, key), value)

    def headed(self, path: TomlPath, shown: tuple[str, ...], value: Any) -> None:
        """Write a table, or a list of tables, under headers of their own."""
        many = isinstance(value, list)
        for index, each in enumerate(value if many else [value]):
            self.text += self.pick("", "\n", "# [x]\n  ") + ("[[" if many else "[") + self.pick("", " ")
            at = self.keys(shown)[-1]
            self.text += ("]]" if many else "]") + self.pick("", " # a = 1") + "\n"
            self.found.setdefault(path, Location(at, at))
            inner = (*path, index) if many else path
            self.found[inner] = Location(at, at)
            self.table(inner, shown, each)

    def entry(self, path: TomlPath, key: tuple[str, ...], value: Any) -> None:
        """Write ``key = value``, or a table's entries under dotted keys."""
        if isinstance(value, dict) and value and self.pick(True, False):
            for name, each in value.items():
                self.entry(path, (*key, name), each)
            return
        self.text += self.pick("", "  ", "\n", "# c = 3\n")
        self.pair(path, key, value)
        self.text += self.pick("", " # [d]") + "\n"

    def pair(self, path: TomlPath, key: tuple[str, ...], value: Any) -> None:
        """Write ``key = value`` without the end of the line."""
        starts = self.keys(key)
        for name, at in zip(key, starts, strict=True):
            path = (*path, name)
            self.found.setdefault(path, Location(at, at))
        self.text += self.pick("=", " = ", " =\t")
        self.found[path] = Location(starts[-1], self.here())
        self.value(path, value)

    def keys(self, key: tuple[str, ...]) -> list[Position]:
        """Write a dotted key; return where each part begins."""
        starts = []
        for index, name in enumerate(key):
            self.text += self.pick(".", " . ") if index else ""
            starts.append(self.here())
            styles = [basic(name)]
            styles += [name] if name and set(name) <= set(BARE) else []
            styles += [f"'{name}'"] if not set(name) & set("'\n") else []
            self.text += self.pick(*styles)
        return starts

    def value(self, path: TomlPath, value: Any) -> None:
        """Write a value."""
        if isinstance(value, list):
            gap = self.pick("", " ", "\n  ", " # ], }\n")
            self.text += "[" + gap
            for index, each in enumerate(value):
                self.found[(*path, index)] = Location(self.here(), self.here())
                self.value((*path, index), each)
                self.text += gap + ("," if index + 1 < len(value) or self.pick(True, False) else "") + gap
            self.text += "]"
        elif isinstance(value, dict):
            self.text += "{"
            for index, (key, each) in enumerate(value.items()):
                self.text += ", " if index else self.pick("", " ")
                self.pair(path, (key,), each)
            self.text += self.pick("", " ") + "}"
        else:
            self.text += self.pick(*_styles(value))


def basic(text: str) -> str:
    """Return a text as a basic string on one line."""
    for raw, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        text = text.replace(raw, escaped)
    return f'"{text}"'


def _styles(value: Any) -> list[str]:
    """Return the ways a scalar may be written."""
    if isinstance(value, str):
        styles = [basic(value), f'"""\n{basic(value)[1:-1]}"""', f'"""\\\n   {basic(value)[1:-1].lstrip()}"""']
        styles[2:] = [] if value != value.lstrip() else styles[2:]
        if '"""' not in value and "\\" not in value:
            styles.append(f'"""\n{value}"""')
        if "'''" not in value:
            styles.append(f"'''\n{value}'''")
        return styles + ([f"'{value}'"] if not set(value) & set("'\n") else [])
    if isinstance(value, datetime):
        return [value.isoformat(" "), value.isoformat("T")]
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def _tables(value: Any) -> bool:
    """Tell whether a value can stand under headers."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(each, dict) for each in value)
    return isinstance(value, dict)


def paths(value: Any, path: TomlPath = ()) -> set[TomlPath]:
    """Return the path of everything in a value."""
    pairs = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    return {(*path, key) for key, _ in pairs} | {p for key, each in pairs for p in paths(each, (*path, key))}


@given(DOCUMENTS, st.data())
@settings(max_examples=100, deadline=None)
def test_every_key_and_value_is_found_where_it_was_written(document: dict[str, Any], draw: st.DataObject) -> None:
    """Whatever the style of keys, texts, lists and tables, each position is the one the writer noted."""
    writer = Writer(draw)
    writer.table((), (), document)
    data = tomllib.loads(writer.text)
    assert data == document
    assert locations(writer.text) == writer.found
    assert set(writer.found) == paths(data)


def test_positions_of_a_file_as_people_write_it() -> None:
    """Lines and columns count characters from 1, for keys, values and list elements."""
    text = 'id = "x"\n\n[a.b]\nlist = [\n  1, # one\n  "é", 3,\n]\nc.d = """\nx\n"""\n[[e]]\n[[e]]\nf = { g = 1 }\n'
    found = locations(text)
    assert found["id",] == Location(Position(1, 1), Position(1, 6))
    assert found["a", "b"].key == Position(3, 4)
    assert found["a", "b", "list", 2].value == Position(6, 8)
    assert found["a", "b", "c", "d"] == Location(Position(8, 3), Position(8, 7))
    assert found["e", 1, "f", "g"] == Location(Position(13, 7), Position(13, 11))
