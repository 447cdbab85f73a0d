"""Take the README's picture of the committed report: python -m benchmarks.screenshot (needs Chromium)."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "reports" / "examples" / "quickstart" / "index.html"
PICTURE = ROOT / "docs" / "report.png"
#: Pixels of the first screen, and colours of the picture.
WIDTH, HEIGHT, COLOURS = 1200, 1130, 64


def main() -> None:
    """Draw the first screen in light colours, at the width of a laptop."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("expected chromium or google-chrome on the PATH, found neither; install one")
    with tempfile.TemporaryDirectory() as folder:
        taken = Path(folder) / "taken.png"
        command = [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += [f"--window-size={WIDTH},{HEIGHT}", "--virtual-time-budget=8000", f"--screenshot={taken}"]
        subprocess.run([*command, PAGE.as_uri()], check=True, capture_output=True)  # noqa: S603 our own page
        with Image.open(taken) as picture:
            picture.convert("RGB").quantize(COLOURS).save(PICTURE, optimize=True)
    print(PICTURE, f"{PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
