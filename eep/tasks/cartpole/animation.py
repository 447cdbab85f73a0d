"""An episode as an SVG animation, drawn from its recorded states: a few kilobytes, no frame is ever rendered.

Colours are middle tones, so that the picture can be read on a light and on a dark page, wherever it is embedded.
The first frame stands in the attributes, so that a viewer that does not animate shows it.
"""

from html import escape

import numpy as np

from eep.core.arrays import FeatureArray
from eep.tasks.cartpole.physics import POSITION_LIMIT, STEP

#: As wide as the track and the cart that has just left it: it stands in the picture whole.
WIDTH, HEIGHT = 344, 132
#: Pixels per metre; the pole is 1 m long.
SCALE = 60
#: Drawn moments at most; the viewer moves in straight lines between them.
KEYFRAMES = 160
#: Share of the time for which the last moment stays.
REST = 0.12
#: Letters of a title that surely fit beside the episode's length, and pixels for those that may not.
TITLE_LETTERS, TITLE_WIDTH = 32, 210
GROUND, TITLE, CART, POLE = 106, "#7a7f87", "#3f83c8", "#d9822b"


def animation(states: FeatureArray, title: str) -> str:
    """Return the SVG text of one episode, its ``states`` (steps + 1, 4) 0.02 s apart.

    ``title`` is written above the picture, and is its accessible name. Raises ValueError if there are no states, or
    they are not finite.
    """
    if states.ndim != 2 or states.shape[1] != 4 or not len(states) or not np.isfinite(states).all():
        raise ValueError(f"expected at least one finite state (n, 4); found shape {states.shape}")
    steps = len(states) - 1
    moments = np.unique(np.linspace(0, steps, min(len(states), KEYFRAMES)).round().astype(np.int64))
    carts = [f"{WIDTH / 2 + SCALE * x:.1f}" for x in states[moments, 0]]
    poles = [f"{angle:.1f}" for angle in np.rad2deg(states[moments, 2])]
    seconds = max(steps * STEP, STEP) / (1 - REST)
    length = f"{steps} step{'' if steps == 1 else 's'}, {steps * STEP:.1f} s"
    # A long title must not run into the length beside it.
    fitted = f' textLength="{TITLE_WIDTH}" lengthAdjust="spacingAndGlyphs"' if len(title) > TITLE_LETTERS else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="11"><title>{escape(title)}: {length}</title>'
        f'<text x="8" y="15" fill="{TITLE}"{fitted}>{escape(title)}</text>'
        f'<text x="{WIDTH - 8}" y="15" fill="{TITLE}" text-anchor="end">{length}</text>'
        f'{_track()}<g transform="translate(0 {GROUND})">'
        f'<g transform="translate({carts[0]})">{_move("translate", carts, seconds)}'
        f'<circle cx="-11" cy="-4" r="4" fill="{TITLE}"/><circle cx="11" cy="-4" r="4" fill="{TITLE}"/>'
        f'<rect x="-20" y="-20" width="40" height="14" rx="2" fill="{CART}"/>'
        f'<g transform="translate(0 -18)"><line y2="-{SCALE}" stroke="{POLE}" stroke-width="6" '
        f'stroke-linecap="round" transform="rotate({poles[0]})">{_move("rotate", poles, seconds)}</line>'
        f'<circle r="2.5" fill="{TITLE}"/></g></g></g>{_clock(seconds)}</svg>\n'
    )


def _track() -> str:
    """Return the ground, with a mark where the track ends and one in its middle."""
    ends = [WIDTH / 2 + side * SCALE * POSITION_LIMIT for side in (-1, 0, 1)]
    marks = "".join(f"M{x:g} {GROUND - 4 * (x != WIDTH / 2)}V{GROUND + 6}" for x in ends)
    return f'<path d="M{ends[0]:g} {GROUND}H{ends[2]:g}{marks}" stroke="{TITLE}" fill="none"/>'


def _move(kind: str, values: list[str], seconds: float) -> str:
    """Return the animation of a transform; the last value stays for a while before it starts again."""
    stays = max(1, round(len(values) * REST / (1 - REST)))
    return (
        f'<animateTransform attributeName="transform" type="{kind}" dur="{seconds:.2f}s" '
        f'repeatCount="indefinite" values="{";".join(values + values[-1:] * stays)}"/>'
    )


def _clock(seconds: float) -> str:
    """Return a bar at the foot that fills while the episode lasts."""
    width = 2 * SCALE * POSITION_LIMIT
    return (
        f'<rect x="{(WIDTH - width) / 2:g}" y="{HEIGHT - 8}" height="2" width="0" fill="{CART}">'
        f'<animate attributeName="width" values="0;{width:g};{width:g}" keyTimes="0;{1 - REST:g};1" '
        f'dur="{seconds:.2f}s" repeatCount="indefinite"/></rect>'
    )
