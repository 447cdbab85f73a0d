"""Recordings that other libraries wrote, read as numbers alone and checked by physics."""

import json
import pickle
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import polars as pl
import pytest
from command_line import command

from eep.core.errors import UserError
from eep.data.trajectory import Trajectory
from eep.datasets.recordings import ForeignRecordingError, read_episodes
from eep.tasks.cartpole import recording
from eep.tasks.cartpole.imported import find_hold, write_recording
from eep.tasks.cartpole.recording import RecordingError


def played(hold: int = 1, *, episodes: int = 4, last: bool = True, longest: int = 500) -> list[Trajectory]:
    """Return episodes of CartPole-v1 with an observation for each action, held for ``hold`` steps."""
    environment, rng, found = gymnasium.make("CartPole-v1", max_episode_steps=longest), np.random.default_rng(7), []
    for number in range(episodes):
        observation, _ = environment.reset(seed=number)
        states, actions, ended = [observation], [], False
        while not ended:
            actions.append(int(rng.integers(2)) if rng.random() < 0.5 else int(observation[3] > 0))
            for _ in range(hold):
                observation, _, terminated, truncated, _ = environment.step(actions[-1])
                if ended := terminated or truncated:
                    break
            states.append(observation)
        kept = states if last else states[:-1]
        found.append(Trajectory(np.array(kept, dtype=np.float64), np.array(actions)))
    return found


def saved(path: Path, episodes: list[Trajectory], **more: Any) -> Path:
    """Write episodes as a plain archive."""
    terminal = np.concatenate([np.arange(len(one.actions)) == len(one.actions) - 1 for one in episodes])
    arrays: dict[str, Any] = {"obs": np.concatenate([one.observations for one in episodes]), "terminal": terminal}
    np.savez(path, acts=np.concatenate([one.actions for one in episodes]), **{**arrays, **more})
    return path


def same(found: list[Trajectory], episodes: list[Trajectory]) -> bool:
    """Tell whether two lists hold the same episodes."""
    return len(found) == len(episodes) and all(
        np.array_equal(a.observations, b.observations) and np.array_equal(a.actions, b.actions)
        for a, b in zip(found, episodes, strict=True)
    )


@pytest.mark.parametrize("last", [True, False], ids=["with last observations", "without"])
def test_a_plain_archive_is_cut_into_its_episodes(tmp_path: Path, last: bool) -> None:  # noqa: FBT001
    """Rows become episodes where an end is marked, whether or not the last observations stand in between."""
    episodes = played(last=last)
    assert same(read_episodes("npz", saved(tmp_path / "play.npz", episodes)), episodes)


def test_names_of_other_libraries_are_known(tmp_path: Path) -> None:
    """Arrays may be called as D4RL calls them, with failures and time limits apart; the last episode may be open."""
    one, two = played(episodes=2, last=False)
    ends = np.zeros(len(one.actions) + len(two.actions), np.bool_)
    timeouts = ends.copy()
    timeouts[len(one.actions) - 1] = True
    arrays: dict[str, Any] = {"observations": np.vstack([one.observations, two.observations]), "timeouts": timeouts}
    np.savez(tmp_path / "d4rl.npz", actions=np.concatenate([one.actions, two.actions]), terminals=ends, **arrays)
    assert same(read_episodes("npz", tmp_path / "d4rl.npz"), [one, two])


def test_trajectories_of_imitation_are_read(tmp_path: Path) -> None:
    """A folder as imitation saves it: arrow streams named by state.json; what else it holds stays unread."""
    episodes = played()
    folder = tmp_path / "trajectories"
    folder.mkdir()
    parts = [episodes[:2], episodes[2:]]
    for number, part in enumerate(parts):
        columns = {"obs": [one.observations.tolist() for one in part], "acts": [one.actions.tolist() for one in part]}
        infos = [['{"py/object": "nowhere.Nothing"}'] * len(one.actions) for one in part]
        table = pl.DataFrame({**columns, "infos": infos, "terminal": [True] * len(part)})
        table.write_ipc_stream(folder / f"data-{number}.arrow")
    (folder / "state.json").write_text(json.dumps({"_data_files": [{"filename": f"data-{n}.arrow"} for n in (0, 1)]}))
    assert same(read_episodes("imitation", folder), episodes)


def test_archives_of_early_imitation_are_read_without_their_pickles(tmp_path: Path) -> None:
    """The archive of earlier versions has pickled infos beside its numbers, which are never loaded."""
    episodes = played()
    cuts = np.cumsum([len(one.actions) for one in episodes])[:-1]
    saved(tmp_path / "old.npz", episodes, indices=cuts, infos=np.array([{"a": 1}] * 3, dtype=object))
    assert same(read_episodes("imitation", tmp_path / "old.npz"), episodes)


@pytest.mark.parametrize("hold", [1, 2, 5])
@pytest.mark.parametrize("longest", [500, 7], ids=["to the fall", "to the time limit"])
def test_physics_finds_the_hold_and_fills_in_the_steps(tmp_path: Path, hold: int, longest: int) -> None:
    """Of observations at decisions alone every step is restored, also those of a last action that was cut short."""
    episodes = played(hold, longest=longest)
    assert find_hold(episodes) == hold
    check = write_recording(episodes, tmp_path / "made")
    assert check.trustworthy
    restored = recording.restore(recording.read(tmp_path / "made"), hold=recording.held(tmp_path / "made"))
    for number, episode in enumerate(episodes):
        mine = restored.decided & (restored.episode == number)
        decided = int(mine.sum())
        # The very last step of an episode is followed by no observation that the recording keeps.
        assert len(episode.actions) - 1 <= decided <= len(episode.actions)
        np.testing.assert_array_equal(restored.actions[mine], episode.actions[:decided])
        np.testing.assert_array_equal(restored.observations[mine], episode.observations[:decided])
    index = json.loads((tmp_path / "made" / "episodes.json").read_text(encoding="utf-8"))
    assert index["hold"] == hold
    assert [one["ended"] for one in index["episodes"]] == ["truncated" if longest == 7 else "terminated"] * 4


def test_the_command_imports_what_check_then_trusts(tmp_path: Path) -> None:
    """What was imported passes the check that recordings of eep's own pass, and is not imported over."""
    source, out = saved(tmp_path / "play.npz", played()), tmp_path / "new" / "made"
    done = command("recording", "import", "npz", source, out, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"4 episodes: {out}")
    assert "Every pair that can be checked stands beside its own action" in done.stdout
    assert sorted(path.name for path in out.iterdir()) == ["actions.npy", "episodes.json", "observations.npy"]
    assert list(out.parent.iterdir()) == [out]
    again = command("recording", "import", "npz", source, out, cwd=tmp_path)
    assert again.returncode == 2
    assert "expected a new folder" in again.stderr


def test_actions_beside_the_wrong_observations_are_refused(tmp_path: Path) -> None:
    """Episodes whose actions physics does not explain are refused with the share that it does, and nothing is written."""
    shifted = [Trajectory(one.observations, np.roll(one.actions, 1)) for one in played()]
    with pytest.raises(RecordingError, match=r"found [\d,]+ steps, of which \d+\.\d% do at best"):
        write_recording(shifted, tmp_path / "made")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("observations", "actions", "found"),
    [
        (np.zeros((5, 3)), np.zeros(5, np.int64), r"shape \(5, 3\)"),
        (np.zeros((5, 4)), np.zeros(3, np.int64), r"5 observations and actions \(3,\)"),
        (np.full((2, 4), np.nan), np.zeros(1, np.int64), "finite"),
        (np.zeros((2, 4)), np.full(1, 2), "the actions 0"),
        (np.zeros((1, 4)), np.zeros(1, np.int64), "no action between two"),
    ],
)
def test_what_is_not_cartpole_is_refused(observations: Any, actions: Any, found: str, tmp_path: Path) -> None:
    """Other shapes, other actions and numbers that no cart has are named."""
    with pytest.raises(RecordingError, match=found):
        write_recording([Trajectory(observations, actions)], tmp_path / "made")


class Planted:
    """Says so when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Return a call that would leave a trace."""
        return print, ("unpickled",)


def test_pickles_are_refused_and_not_executed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pickled file and a pickled array within an archive are errors; nothing of them runs."""
    (tmp_path / "play.pkl").write_bytes(pickle.dumps(Planted()))
    pickled = np.array([Planted()], dtype=object)
    np.savez(tmp_path / "objects.npz", obs=pickled, acts=pickled, terminal=pickled)
    for kind, name in (("npz", "play.pkl"), ("imitation", "play.pkl"), ("npz", "objects.npz")):
        with pytest.raises(ForeignRecordingError, match=name):
            read_episodes(kind, tmp_path / name)  # type: ignore[arg-type]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("kept", [0, 30, 400, -300])
def test_truncated_archives_are_refused(tmp_path: Path, kept: int) -> None:
    """An archive that ends too early is an error with its name, at whatever length."""
    whole = saved(tmp_path / "play.npz", played()).read_bytes()
    (tmp_path / "torn.npz").write_bytes(whole[:kept])
    with pytest.raises(ForeignRecordingError, match=r"torn\.npz: expected"):
        read_episodes("npz", tmp_path / "torn.npz")


def test_foreign_folders_are_refused(tmp_path: Path) -> None:
    """A folder of something else, one whose files are missing or torn, and a place where nothing is, are named."""
    torn = tmp_path / "torn"
    torn.mkdir()
    (torn / "state.json").write_text('{"_data_files": [{"filename": "../../data.arrow"}]}', encoding="utf-8")
    (torn / "data.arrow").write_bytes(b"ARROW1")
    (torn / "metadata.json").write_text('{"total_episodes": 1, "data_format": "arrow"}', encoding="utf-8")
    for kind, folder, found in (
        ("imitation", tmp_path, "state.json"),
        ("imitation", torn, "arrow files"),
        ("minari", tmp_path, "metadata.json"),
        ("minari", torn, "in hdf5; found 'arrow'"),
        ("npz", tmp_path / "nowhere.npz", "nothing at"),
    ):
        with pytest.raises(UserError, match=found):
            read_episodes(kind, folder)  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [b"", b"\x89HDF\r\n\x1a\n", b"not hdf5 at all" * 40])
def test_torn_minari_data_is_refused(tmp_path: Path, content: bytes) -> None:
    """A Minari folder whose data are torn or foreign is an error that says what was expected."""
    (tmp_path / "metadata.json").write_text('{"total_episodes": 2, "data_format": "hdf5"}', encoding="utf-8")
    (tmp_path / "main_data.hdf5").write_bytes(content)
    with pytest.raises(ForeignRecordingError, match="expected 2 whole episodes"):
        read_episodes("minari", tmp_path)


def test_arrays_that_promise_too_much_are_refused(tmp_path: Path) -> None:
    """A small file may claim more numbers than any computer holds; they are not waited for."""
    import h5py

    (tmp_path / "metadata.json").write_text('{"total_episodes": 1, "data_format": "hdf5"}', encoding="utf-8")
    with h5py.File(tmp_path / "main_data.hdf5", "w") as file:
        file.create_dataset("episode_0/observations", shape=(10**12, 4), chunks=(1000, 4), dtype="f4")
        file["episode_0/actions"] = np.zeros(4, np.int64)
    with pytest.raises(ForeignRecordingError, match="4,000,000,000,000 numbers"):
        read_episodes("minari", tmp_path)


def test_no_environment_of_a_minari_dataset_is_made(tmp_path: Path) -> None:
    """A dataset may name any module as its environment; it is not imported."""
    import h5py

    (one,) = played(episodes=1)
    spec = json.dumps({"id": "Trap-v0", "entry_point": "antigravity:fly"})
    about = {"total_episodes": 1, "data_format": "hdf5", "env_spec": spec}
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "metadata.json").write_text(json.dumps(about), encoding="utf-8")
    with h5py.File(tmp_path / "data" / "main_data.hdf5", "w") as file:
        file["episode_0/observations"], file["episode_0/actions"] = one.observations, one.actions
    assert same(read_episodes("minari", tmp_path), [one])
