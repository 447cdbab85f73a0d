"""Writing a scene as SVG: the same shapes that `eep.stimuli.animals.render` paints."""

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.drawing.canvas import Colour, Shape
from eep.stimuli.animals.drawing.scene import Scene, compose
from eep.stimuli.animals.drawing.settings import Backdrop


def svg(animal: Animal, size: int = 224) -> str:
    """Return the picture of ``animal`` as an SVG document, ``size`` pixels wide and high."""
    return to_svg(compose(animal), size)


def to_svg(scene: Scene, size: int = 224) -> str:
    """Return ``scene`` as an SVG document."""
    shapes = "".join(map(_path, scene.shapes))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 100 100">'
        f'<defs><linearGradient id="backdrop" x1="0" y1="0" x2="0" y2="1">{_stops(scene.backdrop)}'
        f'</linearGradient></defs><rect width="100" height="100" fill="url(#backdrop)"/>{shapes}</svg>'
    )


def _stops(backdrop: Backdrop) -> str:
    return "".join(f'<stop offset="{at:.3f}" stop-color="{_hex(colour)}"/>' for at, colour in backdrop)


def _path(shape: Shape) -> str:
    points = "L".join(f"{x:.2f} {y:.2f}" for x, y in shape.outline.tolist())
    opacity = f' fill-opacity="{shape.fill[3] / 255:.2f}"' if len(shape.fill) == 4 else ""
    return f'<path d="M{points}Z" fill="{_hex(shape.fill)}"{opacity}/>'


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{band:02x}" for band in colour[:3])
