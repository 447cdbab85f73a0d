"""A meeting as an SVG animation: the meadow, the animal growing as it nears, and below it the trace of the distance.

Nothing is rendered: the animal's own outlines, simplified, are moved about. Colours are middle tones, for light and dark
pages alike; the first moment stands in the attributes, for viewers that do not animate.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape

import numpy as np

from eep.core.arrays import FloatArray, IntArray
from eep.stimuli.animals import Animal
from eep.stimuli.animals.drawing.canvas import Shape
from eep.stimuli.animals.drawing.outlines import Points
from eep.tasks.encounter.dynamics import BRISTLING, HORIZON, REACH, SPEEDS, THROWN
from eep.tasks.encounter.scenery import SIZES, feet_at, figure, height_at, marks, size_at
from eep.tasks.encounter.situations import DISTANCES, FAR, STEPS

WIDTH, MEADOW, HEIGHT = 344, 132, 204
#: Seconds a turn, and share of the time for which the last moment stays.
SECONDS, REST = 0.5, 0.12
#: Letters of a title that surely fit, and pixels for those that may not.
TITLE_LETTERS, TITLE_WIDTH = 46, 300
#: Outlines may be off by so much, and shapes smaller than that in both directions are left out, in hundredths.
TOLERANCE, SMALLEST = 0.7, 1.6
#: Where the trace begins and ends, and where it is drawn for 0 m and for the farthest distance that is told apart.
LEFT, RIGHT, NEAREST, FARTHEST = 84.0, 336.0, 196.0, 146.0
SHOWN = 8.0
INK, SKY, GRASS, HILL = "#7a7f87", "#bfe0f5", "#a3d47f", "#b4dd94"
#: Colours of moves: away, none, closer; and of a bite.
SHADOW = '<ellipse rx="30" ry="4" fill="#18142c" opacity=".24"/>'
MOVES, BITE = ("#d9822b", INK, "#3f83c8"), "#d63a2e"


def animation(animal: Animal, senses: FloatArray, title: str) -> str:
    """Return the SVG text of one meeting with ``animal`` from its ``senses`` (turns + 1, 3), a row a turn.

    ``title`` is written above the picture, and is its accessible name. Raises ValueError if there are no states, or
    they are not finite.
    """
    if senses.ndim != 2 or senses.shape[1] != 3 or not len(senses) or not np.isfinite(senses).all():
        raise ValueError(f"expected at least one finite state (n, 3); found shape {senses.shape}")
    title = f"{title}: {_length(senses)}"
    seconds = max(len(senses) - 1, 1) * SECONDS / (1 - REST)
    fitted = f' textLength="{TITLE_WIDTH}" lengthAdjust="spacingAndGlyphs"' if len(title) > TITLE_LETTERS else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="11"><title>{escape(title)}</title>'
        f'<rect width="{WIDTH}" height="{MEADOW}" rx="4" fill="{SKY}"/>'
        f'<path d="M0 70Q90 52 190 66T344 60V128q0 4-4 4H4q-4 0-4-4z" fill="{HILL}"/>'
        f'<path d="M0 76H344V128q0 4-4 4H4q-4 0-4-4z" fill="{GRASS}"/>'
        f'{_animal(animal, senses, seconds)}<text x="8" y="15" fill="#40464e"{fitted}>{escape(title)}</text>'
        f"{_trace(senses, seconds)}</svg>\n"
    )


def _length(senses: FloatArray) -> str:
    """Return how many turns a meeting took, and how often the animal bit, in words."""
    turns = len(senses) - 1
    bites = int(moves(senses)[1].sum()) if turns else 0
    return f"{turns} turn{'' if turns == 1 else 's'}" + (f", {bites} bite{'' if bites == 1 else 's'}" if bites else "")


def moves(senses: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return what the player did in each turn (0 to 4), and whether it was bitten (1.0), which the distances tell.

    Where several moves come to the same, as they do when it cannot get nearer, it is the slowest of them.
    """
    distance, velocity = senses[:-1, 0, None], senses[1:, 1, None]
    slowest = np.argsort(np.abs(SPEEDS), kind="stable")
    reached = np.clip(distance - SPEEDS[slowest] + velocity, 0.0, HORIZON)
    error = np.abs(np.stack([reached, reached + THROWN]) - senses[1:, 0, None])
    best = error.min(axis=2).argmin(axis=0)
    return slowest[error.min(axis=0).argmin(axis=1)].astype(np.int64), best.astype(np.float64)


def _animal(animal: Animal, senses: FloatArray, seconds: float) -> str:
    """Return the animal's drawing, moved, scaled and drawn up as distance and arousal have it."""
    size = size_at(senses[:, 0])
    feet = MEADOW * (feet_at(size) - 2.0) / 100
    tall, large = height_at(senses[:, 2]), size * SIZES[animal.size] * 1.25
    places = [f"{WIDTH / 2:g} {y:.1f}" for y in feet]
    sizes = [f"{s:.3f} {s * h:.3f}" for s, h in zip(large, tall, strict=True)]
    angry = [f"{int(arousal > BRISTLING)}" for arousal in senses[:, 2]]
    shapes, top = outlines(animal)
    drawn = "".join(
        f'<path d="{path}" fill="{fill}"' + (f' opacity="{opacity:.2f}"/>' if opacity < 1 else "/>")
        for path, fill, opacity in shapes
    )
    strokes = "".join(f'<path d="{path}"/>' for path in strokes_of_anger())
    return (
        f'<g transform="translate({places[0]})">{_move("translate", places, seconds)}'
        f'<g transform="scale({sizes[0]})">{_move("scale", sizes, seconds)}{SHADOW}{drawn}'
        f'<g transform="translate(0 {top:.0f})" fill="{BITE}" opacity="{angry[0]}">'
        f"{_animate('opacity', angry, seconds, discrete=True)}{strokes}</g></g></g>"
    )


@lru_cache(maxsize=256)
def outlines(animal: Animal) -> tuple[tuple[tuple[str, str, float], ...], float]:
    """Return the animal's shapes around its feet, simplified, each a path, its fill and its opacity; and where its head ends."""
    shapes = figure(animal)
    drawn = tuple(_drawn(shape) for shape in shapes if np.ptp(shape.outline, axis=0).max() >= SMALLEST)
    return drawn, min(float(shape.outline[:, 1].min()) for shape in shapes)


def strokes_of_anger() -> tuple[str, ...]:
    """Return the paths of the strokes above the head of an animal that bristles."""
    return tuple(map(_path, marks()))


def _drawn(shape: Shape) -> tuple[str, str, float]:
    red, green, blue = shape.fill[:3]
    opacity = round(shape.fill[3] / 255, 2) if len(shape.fill) == 4 else 1.0
    return _path(_simple(shape.outline)), f"#{red:02x}{green:02x}{blue:02x}", opacity


def _path(outline: Points) -> str:
    """Return an outline as a path of whole tenths, each step from the one before."""
    points = np.round(outline * 10).astype(int)
    steps = np.diff(points, axis=0) / 10
    rest = "".join(f"{_short(x)}{'' if y < 0 else ' '}{_short(y)}{_gap}" for (x, y), _gap in _spaced(steps))
    x, y = points[0] / 10
    return f"M{_short(x)} {_short(y)}l{rest}z"


def _spaced(steps: FloatArray) -> Iterator[tuple[tuple[float, float], str]]:
    """Yield each step with the space that the next one needs before it."""
    for place, (x, y) in enumerate(steps):
        needs = place + 1 < len(steps) and steps[place + 1, 0] >= 0
        yield (float(x), float(y)), " " if needs else ""


def _short(value: float) -> str:
    return f"{value:.1f}".replace("0.", ".").removesuffix(".0").replace("-.0", "0") or "0"


def _simple(outline: Points) -> Points:
    """Return an outline without the points that change it by less than the tolerance (Ramer 1972)."""
    keep = np.zeros(len(outline), dtype=np.bool_)
    far = int(np.linalg.norm(outline - outline[0], axis=1).argmax())
    keep[[0, far]] = True
    closed = np.vstack([outline, outline[:1]])
    stretches = [(0, far), (far, len(outline))]
    while stretches:
        start, end = stretches.pop()
        if end - start < 2:
            continue
        (x, y), between = closed[end] - closed[start], closed[start + 1 : end] - closed[start]
        length = float(np.hypot(x, y))
        off = np.abs(between @ (y, -x)) / length if length else np.hypot(*between.T)
        if off.max() > TOLERANCE:
            middle = start + 1 + int(off.argmax())
            keep[middle] = True
            stretches += [(start, middle), (middle, end)]
    return outline[keep]


def _trace(senses: FloatArray, seconds: float) -> str:
    """Return the distance, turn by turn: bands with their names, a dot for every move, and a ring that runs along."""
    x = np.linspace(LEFT, RIGHT, max(len(senses), 2))[: len(senses)]
    y = _height(senses[:, 0])
    did, bitten = moves(senses) if len(senses) > 1 else (np.zeros(0, np.int64), np.zeros(0))
    path = " ".join(f"{a:.0f},{b:.1f}" for a, b in zip(x, y, strict=True))
    dots = "".join(
        f'<circle cx="{a:.0f}" cy="{b:.1f}" r="{1.8 + abs(SPEEDS[move]):.1f}" fill="{MOVES[int(np.sign(move - 2)) + 1]}"'
        + (f' stroke="{BITE}" stroke-width="2"/>' if hurt else "/>")
        for a, b, move, hurt in zip(x[1:], y[1:], did, bitten, strict=True)
    )
    places = [f"{a:.0f} {b:.1f}" for a, b in zip(x, y, strict=True)]
    return (
        f'{_bands()}<polyline points="{path}" fill="none" stroke="{INK}"/>{dots}'
        f'<circle r="5" fill="none" stroke="{INK}" stroke-width="2" transform="translate({places[0]})">'
        f"{_move('translate', places, seconds)}</circle>"
    )


def _bands() -> str:
    """Return lines between the distances, and their names."""
    edges = _height(np.array([SHOWN, FAR, STEPS, REACH, 0.0]))
    lines = "".join(f"M{LEFT:g} {y:.1f}H{RIGHT:g}" for y in edges[1:-1])
    names = "".join(
        f'<text class="label" x="{LEFT - 6:g}" y="{(a + b) / 2 + 3:.1f}" text-anchor="end" font-size="9" fill="{INK}">{name}</text>'
        for name, a, b in zip(DISTANCES, edges, edges[1:], strict=False)
    )
    return f'<path d="{lines}" stroke="{INK}" opacity=".4" stroke-dasharray="2 3" fill="none"/>{names}'


def _height(distance: FloatArray) -> FloatArray:
    """Return where distances are drawn; the four words have equal room, for what is near matters most."""
    return np.asarray(np.interp(distance, [0.0, REACH, STEPS, FAR, SHOWN], np.linspace(NEAREST, FARTHEST, 5)))


def _move(kind: str, values: Sequence[str], seconds: float) -> str:
    return f'<animateTransform attributeName="transform" type="{kind}" {_times(values, seconds)} repeatCount="indefinite"/>'


def _animate(attribute: str, values: Sequence[str], seconds: float, *, discrete: bool = False) -> str:
    mode = ' calcMode="discrete"' if discrete else ""
    return f'<animate attributeName="{attribute}"{mode} {_times(values, seconds)} repeatCount="indefinite"/>'


def _times(values: Sequence[str], seconds: float) -> str:
    """Return values and duration; the last value stays for a while before it starts again."""
    stays = max(1, round(len(values) * REST / (1 - REST)))
    return f'dur="{seconds:.2f}s" values="{";".join([*values, *[values[-1]] * stays])}"'
