"""Which pictures are learned from and which are held out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from eep.core.errors import UserError
from eep.data.types import Item
from eep.stimuli.subjects import Subject


def clusters(subjects: Iterable[Subject]) -> Iterator[tuple[Subject, str]]:
    """Yield each picture with its cluster, the id of the first picture that it hangs together with.

    Pictures that share a caption share the teacher's answer to it, so that they are not independent of each other,
    nor of others that share another caption with one of them.
    """
    everyone = tuple(subjects)
    place = {subject.id: number for number, subject in enumerate(everyone)}
    cluster_of = {name: name for name in place}
    first: dict[str, str] = {}

    def root(name: str) -> str:
        while cluster_of[name] != name:
            name = cluster_of[name]
        return name

    for subject in everyone:
        for caption in subject.captions:
            joined = (root(first.setdefault(caption, subject.id)), root(subject.id))
            earlier, later = sorted(joined, key=place.__getitem__)
            cluster_of[later] = earlier
    return ((subject, root(subject.id)) for subject in everyone)


def split(items: Sequence[Item], test_share: float, seed: int) -> tuple[Item, ...]:
    """Return the items in their order, whole clusters of them held out, drawn by ``seed``.

    Clusters are held out until they have ``test_share`` of the items or more.

    Raises `eep.core.errors.UserError` if that leaves nothing to learn from.
    """
    sizes: dict[str, int] = {}
    for item in items:
        sizes[item.cluster] = sizes.get(item.cluster, 0) + 1
    names = sorted(sizes)
    wanted, held_out = round(test_share * len(items)), set[str]()
    for place in np.random.default_rng(seed).permutation(len(names)).tolist():
        if sum(sizes[name] for name in held_out) >= max(1, wanted):
            break
        held_out.add(names[place])
    if len(held_out) == len(names):
        raise UserError(
            f"tasks.cute: expected pictures to learn from and others to test on; found {len(names)} that do not share "
            f"their captions, all of them held out; bring more pictures or lower test_share"
        )
    return tuple(replace(item, split="test" if item.cluster in held_out else "train") for item in items)
