"""Films of saved students at work, side by side: an SVG animation, and a GIF for where SVG is not shown."""

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from eep.embodiment.episodes import Episode
from eep.pipeline.showing import Shown

if TYPE_CHECKING:
    from PIL import Image

#: Films beside each other, and pixels between them in an SVG and in a GIF.
ACROSS, GAP = 3, 12
#: Width of each in a GIF, room for the words above and below it, and their size.
FRAME, CAPTION, LETTERS = 240, 20, 13
#: Seconds for which the end stays.
REST = 1.5
PAPER, INK = (251, 250, 247), (28, 33, 39)
_BOX = re.compile(r'viewBox="0 0 (\d+) (\d+)"')


def svg(shown: Shown) -> str:
    """Return an SVG animation of an episode of everybody: the task's own films, beside each other."""
    task = shown.policies[0].playable
    films = [task.animation(episode.states, name) for name, episode in zip(shown.names, shown.episodes(), strict=True)]
    if len(films) == 1:
        return films[0]
    found = _BOX.search(films[0])
    if found is None:
        raise ValueError(f"expected films of a known size; found {films[0][:80]!r}")
    wide, high = int(found[1]), int(found[2])
    across = min(ACROSS, len(films))
    down = -(-len(films) // across)
    width, height = across * (wide + GAP) - GAP, down * (high + GAP) - GAP
    placed = "".join(
        film.rstrip().replace(
            "<svg ", f'<svg x="{x * (wide + GAP)}" y="{y * (high + GAP)}" width="{wide}" height="{high}" ', 1
        )
        for film, (y, x) in zip(films, (divmod(place, across) for place in range(len(films))), strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{task.title}</title>{placed}</svg>\n"
    )


def gif(shown: Shown) -> bytes:
    """Return a GIF of an episode of everybody, a picture for each decision; who has ended waits for the others."""
    episodes = shown.episodes()
    longest = max(len(one.moments) for one in episodes)
    frames = [_frame(shown, episodes, moment) for moment in range(longest)]
    durations = [round(1000 * shown.replay.seconds)] * (longest - 1) + [round(1000 * REST)]
    content = io.BytesIO()
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=True)
    return content.getvalue()


def _frame(shown: Shown, episodes: Sequence[Episode], moment: int) -> "Image.Image":
    """Return everybody at one moment, with names above and what they do below."""
    from PIL import Image

    cells = [
        _cell(shown, name, one, min(moment, len(one.moments) - 1))
        for name, one in zip(shown.names, episodes, strict=True)
    ]
    wide, high = cells[0].size
    across = min(ACROSS, len(cells))
    down = -(-len(cells) // across)
    sheet = Image.new("RGB", (across * (wide + GAP) - GAP, down * (high + GAP) - GAP), PAPER)
    for place, cell in enumerate(cells):
        y, x = divmod(place, across)
        sheet.paste(cell, (x * (wide + GAP), y * (high + GAP)))
    return sheet.quantize(128)


def _cell(shown: Shown, name: str, episode: Episode, moment: int) -> "Image.Image":
    from PIL import Image, ImageDraw, ImageFont

    state = episode.decided[moment]
    picture = shown.replay.picture(state, FRAME)
    ended = moment == len(episode.actions)
    does = "the end" if ended else shown.policies[0].options[episode.actions[moment]]
    cell = Image.new("RGB", (FRAME, picture.height + 2 * CAPTION), PAPER)
    cell.paste(picture, (0, CAPTION))
    pen, font = ImageDraw.Draw(cell), ImageFont.load_default(LETTERS)
    pen.text((2, CAPTION // 2), name, INK, font, anchor="lm")
    below = picture.height + CAPTION + CAPTION // 2
    pen.text((2, below), shown.replay.words(state), INK, font, anchor="lm")
    pen.text((FRAME - 2, below), does, INK, font, anchor="rm")
    return cell
