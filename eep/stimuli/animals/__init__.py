"""Drawn animals: pictures and captions without end, all from a seed.

An `Animal` is its attributes. `sample` draws one at random, `caption` says it, `draw` and `svg` show it;
`draw_imagefolder` does this for thousands, `contact_sheet` puts some on a page, and a `StimulusSet` holds a
fixed selection that answers can be recorded for.
"""

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.captions import caption, read
from eep.stimuli.animals.imagefolder import draw_imagefolder
from eep.stimuli.animals.render import contact_sheet, draw, save_page, svg
from eep.stimuli.animals.sampling import sample, sample_group, seeds, variants
from eep.stimuli.animals.stimulus_set import DEFAULT, Stimulus, StimulusSet

__all__ = [
    "DEFAULT", "Animal", "Stimulus", "StimulusSet", "caption", "contact_sheet", "draw",
    "draw_imagefolder", "read", "sample", "sample_group", "save_page", "seeds", "svg", "variants",
]  # fmt: skip
