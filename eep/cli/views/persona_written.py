"""What ``eep persona new`` says when it has written a file."""

import shlex

from eep.cli.views.tables import folded
from eep.config import library
from eep.config.authoring import lint
from eep.config.authoring.drafts import by_name_alone
from eep.config.authoring.new import New
from eep.core.toml.document import display_path


def format_written(new: New) -> str:
    """Return what was written, what remains to be done, and how to go on."""
    file, name = shlex.quote(display_path(new.path)), _name(new)
    lines = [f"wrote {file}"]
    if new.drafted:
        drafted = ", ".join(new.drafted)
        lines.append(folded(f"Drafted from name and description, for you to read and change: {drafted}."))
    if bare := [wording for wording in by_name_alone(new.persona) if wording in new.drafted]:
        lines.append(
            folded(
                f"Of {new.persona.name} nothing but the name stands in: {', '.join(bare)}. That is enough for somebody whom a "
                "model has read about. Of anybody else say there who it is, or say more about them, in several sentences."
            )
        )
    if new.drawn:
        lines.append(
            folded(
                "The weights for the simulated teacher were drawn at random; they are nothing that is known."
            )
        )
    found = lint.warnings([lint.check(new.path)])
    lines += [f"\n{warning}" for warning in found]
    return "\n".join(
        [
            *lines,
            "",
            f"eep persona show {name}",
            f"eep persona check {file}",
            f"eep run rehearsal --persona {name}",
        ]
    )


def _name(new: New) -> str:
    """Return how other verbs, called here, can name the persona: by its id, or by its file."""
    known = library.persona_paths(library.persona_folders())
    found = known.get(new.persona.id)
    same = found is not None and found.resolve() == new.path.resolve()
    return new.persona.id if same else shlex.quote(display_path(new.path))
