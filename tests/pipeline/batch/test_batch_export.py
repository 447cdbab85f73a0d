"""Questions as files: the very ones that a run would ask."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from batching import MODEL, NOWHERE, experiment, exported, prepared, read
from click.testing import CliRunner

from eep.cli import cli
from eep.core.errors import UserError
from eep.data.store import Store
from eep.data.types import Answer, Status
from eep.pipeline.batch.export import export
from eep.pipeline.elicit.elicit import inventory
from eep.teachers.live import Live


def test_plain_lines_hold_the_whole_prompt(tmp_path: Path) -> None:
    """One line per question: the key as its id, the texts as they are sent, the options as they are offered."""
    small = prepared(tmp_path)
    lines = exported(small, tmp_path)
    assert isinstance(small.source, Live)
    there = inventory(small.questions, small.source, None)
    assert lines == [
        {
            "custom_id": key.hex(),
            "system": question.prompt.system,
            "user": question.prompt.messages[0].content,
            "options": list(question.options),
        }
        for key, question in there.missing.items()
    ]
    assert len({line["custom_id"] for line in lines}) == len(lines) == 162


@pytest.mark.parametrize(("provider", "where"), [("openai", "body"), ("anthropic", "params")])
def test_a_providers_lines_hold_what_the_teacher_would_send(tmp_path: Path, provider: str, where: str) -> None:
    """The body is the live request's, to the letter."""
    small = prepared(tmp_path, provider=provider)
    assert isinstance(small.source, Live)
    lines = exported(small, tmp_path, provider)
    assert [line[where] for line in lines] == [small.source.body(question) for question in small.questions]
    assert all(len(line["custom_id"]) == 32 for line in lines)
    envelope = {"method": "POST", "url": "/v1/chat/completions"} if provider == "openai" else {}
    assert all({**line, "custom_id": 0, where: 0} == {"custom_id": 0, **envelope, where: 0} for line in lines)


def test_samples_are_questions_of_their_own(tmp_path: Path) -> None:
    """Repeats have the same text and different ids."""
    lines = exported(prepared(tmp_path, more="samples = 3"), tmp_path)
    assert len({line["custom_id"] for line in lines}) == len(lines) == 3 * 162
    assert len({(line["system"], line["user"]) for line in lines}) == 162


def test_the_plan_comes_first(tmp_path: Path) -> None:
    """It is registered before a question leaves, as before a run; also where the file cannot be written."""
    small = prepared(tmp_path)
    with pytest.raises(FileNotFoundError):
        export(small, tmp_path / "nowhere" / "questions.jsonl")
    plan = json.loads((small.runs / "plan.json").read_text(encoding="utf-8"))
    assert (plan["plan_sha256"], plan["answers_before"]) == (small.plan.sha256, 0)


def test_answered_questions_stay_at_home(tmp_path: Path) -> None:
    """Refused and unparsable ones too; failed ones are asked again."""
    small = prepared(tmp_path)
    names = [line["custom_id"] for line in exported(small, tmp_path)]
    endings = [Status.REFUSED, Status.UNPARSABLE, Status.FAILED]
    with Store.open(small.runs / "answers.sqlite") as store:
        for name, ending in zip(names, endings, strict=False):
            asyncio.run(store.put(Answer(bytes.fromhex(name), ending, None, "why", MODEL), {}))
    assert [line["custom_id"] for line in exported(small, tmp_path)] == names[2:]


def test_files_are_split_and_never_replaced(tmp_path: Path) -> None:
    """The command tells every file, also of an added persona; another export to the same name needs --overwrite."""
    path = experiment(tmp_path)
    words = ["batch", "export", str(path), str(tmp_path / "q.jsonl"), "--out", str(tmp_path), "--per-file", "100"]
    words += ["--persona", "goth-teen"]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0] == "243 questions to ask, 0 answered before"
    assert f"{tmp_path / 'q-1.jsonl'}: 100 questions, " in done.stdout
    assert len(read(tmp_path / "q-3.jsonl")) == 43
    assert (tmp_path / "runs" / "small-with-goth-teen" / "plan.json").is_file()
    again = CliRunner().invoke(cli, words)
    assert isinstance(again.exception, UserError)
    assert "expected a new file" in str(again.exception)
    assert CliRunner().invoke(cli, [*words, "--overwrite"]).exit_code == 0


def test_no_key_is_needed_and_none_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export asks nobody; a key that is there stays out of it."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    export(prepared(tmp_path), tmp_path / "without.jsonl")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
    export(prepared(tmp_path), tmp_path / "with.jsonl")
    assert (tmp_path / "with.jsonl").read_bytes() == (tmp_path / "without.jsonl").read_bytes()
    assert b"sk-test" not in (tmp_path / "with.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("verb", "words", "problem"),
    [
        ("export", ["--teacher", "simulated"], "expected a model that can be asked, found one that cannot (simulated)"),
        ("export", ["--teacher", "recorded:first-matrix"], "name a model with --teacher PROVIDER:MODEL"),
        ("export", ["--format", "anthropic"], "--format anthropic: expected the format of the teacher openai:model-1"),
        ("import", ["--teacher", "simulated"], "expected a model that can be asked, found one that cannot (simulated)"),
        ("import", ["--teacher", "recorded:first-matrix"], "found one that cannot (recorded)"),
    ],
)
def test_only_a_model_can_be_asked_elsewhere(tmp_path: Path, verb: str, words: list[str], problem: str) -> None:
    """In its own format; anything else is told, and nothing is written, not even a plan."""
    path = tmp_path / "q.jsonl"
    if verb == "import":
        path.touch()
    done = CliRunner().invoke(
        cli, ["batch", verb, str(experiment(tmp_path)), str(path), "--out", str(tmp_path), *words]
    )
    assert isinstance(done.exception, UserError)
    assert problem in str(done.exception)
    assert not (tmp_path / "runs").exists()


def test_words_cannot_stand_for_token_probabilities(tmp_path: Path) -> None:
    """A teacher whose answers are probabilities of tokens is not asked in plain words, but in its own format."""
    small = prepared(tmp_path, base_url=NOWHERE, more='labels = "logprobs"')
    with pytest.raises(UserError, match=r'--format plain: .*set labels = "choice"'):
        exported(small, tmp_path)
    assert exported(small, tmp_path, "openai")[0]["body"]["logprobs"] is True


def test_conversations_cannot_be_exported(tmp_path: Path) -> None:
    """Where no question is known beforehand, that is told instead of an empty file."""
    small = replace(prepared(tmp_path), questions=())
    with pytest.raises(UserError, match="small: expected questions that are known beforehand, found none"):
        export(small, tmp_path / "q.jsonl")
    assert not (tmp_path / "runs").exists()
