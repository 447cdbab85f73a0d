"""Nothing about the user is written or sent by the library that runs the encoders."""

import os
import subprocess
import sys
from pathlib import Path


def test_no_telemetry(tmp_path: Path) -> None:
    """Opening the bundled encoder leaves no id of the device behind, in a home that had none."""
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    # CI in the environment would keep the library quiet by itself, and prove nothing.
    quiet = {"ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "CI", "GITHUB_ACTIONS", "TF_BUILD"}
    environment = {name: value for name, value in os.environ.items() if name not in quiet} | home
    opened = "from eep.stimuli.encoders.models import image_encoder; print(image_encoder('mini-clip').width)"
    done = subprocess.run([sys.executable, "-c", opened], env=environment, capture_output=True, text=True, check=True)
    assert int(done.stdout) > 0
    assert not done.stderr
    assert not list(tmp_path.iterdir())
