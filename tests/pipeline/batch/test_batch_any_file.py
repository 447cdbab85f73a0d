"""Whatever is in a file of replies, nothing else than an answer ever becomes one."""

import json
from pathlib import Path
from typing import Any

from batching import completion, result, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judging import NAMES, json_answer, judged, plain, said

VALID = [plain(0), plain(1, "right"), plain(2, "Left."), plain(3, "refused", status="refused"), plain(4, "not cute")]
CONTENT = "".join(json.dumps(line) + "\n" for line in VALID).encode()
TRUTH = {NAMES[0]: "left", NAMES[1]: "right", NAMES[2]: "left", NAMES[4]: "not cute"}
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.sampled_from(NAMES),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["custom_id", "text", "model", "status", "response", "result", "body", "error", "choices"])
            | st.text(),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
#: Files are made anew for each example.
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@QUICK
@given(cut=st.integers(0, len(CONTENT)))
def test_a_file_that_breaks_off_gives_what_is_whole(tmp_path: Path, cut: int) -> None:
    """Cut anywhere, a file gives the answers of its whole lines; the rest is told unless the cut is between lines."""
    path = tmp_path / "cut.jsonl"
    path.write_bytes(CONTENT[:cut])
    found = judged(path)
    whole = CONTENT[:cut].splitlines()
    kept = [line for line in whole if line + b"\n" in CONTENT]
    assert said(found) == {name: TRUTH[name] for line in kept if (name := json.loads(line)["custom_id"]) in TRUTH}
    assert bool(found.problems) == (len(kept) < len(whole) or not whole)


@QUICK
@given(data=st.data())
def test_bytes_that_were_changed_make_no_answer(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever is written over a part of a file: every answer stands in it, in a line of its own, word for word."""
    start = data.draw(st.integers(0, len(CONTENT)))
    end = data.draw(st.integers(start, min(len(CONTENT), start + 200)))
    path = tmp_path / "changed.jsonl"
    path.write_bytes(CONTENT[:start] + data.draw(st.binary(max_size=20)) + CONTENT[end:])
    lines = [json_or_none(line) for line in path.read_bytes().split(b"\n")]
    stated = {(line["custom_id"], str(line["text"]).strip(" .").lower()) for line in lines if line}
    assert set(said(judged(path)).items()) <= stated


def json_or_none(line: bytes) -> Any:
    """Return the reply that a line is, read without any of the checks under test."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) and {"custom_id", "text"} <= set(value) else None


@QUICK
@given(lines=st.lists(JSON, max_size=4))
def test_other_json_makes_no_answer(tmp_path: Path, lines: list[Any]) -> None:
    """Lines of any JSON are told, or say that they failed; none of them is taken for an answer."""
    found = judged(write(tmp_path / "other.jsonl", lines))
    assert said(found) == {}
    assert len(found.problems) + len(found.replies) + found.repeated >= min(1, len(lines))
    assert all(str(problem).isprintable() for problem in found.problems)


@QUICK
@given(data=st.data())
def test_a_reply_with_a_changed_part_says_the_same_or_nothing(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever stands in the place of a part of a provider's reply, it never says another option."""
    line = result(NAMES[0], completion(json_answer("left")))
    table: Any = line
    while True:
        name = data.draw(st.sampled_from(sorted(table) if isinstance(table, dict) else range(len(table))))
        if not isinstance(table[name], dict | list) or not table[name] or data.draw(st.booleans()):
            break
        table = table[name]
    table[name] = data.draw(JSON)
    found = judged(write(tmp_path / "part.jsonl", [line]))
    assert set(said(found).values()) <= {"left"}
    assert len(found.problems) + len(found.replies) == 1
