"""Pictures of animals with captions out of data in the COCO format (Lin et al. 2014).

The captions say nothing of what a picture shows, and the instances nothing of its captions: the two files are
joined by the pictures' ids.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from eep.core.errors import UserError
from eep.stimuli.captioned import CaptionedImage, Claim, SourceProblem, StimulusProblemsError, checked
from eep.stimuli.rows import Id, problems_of


class _Image(BaseModel):
    id: Id
    file_name: str


class _Caption(BaseModel):
    image_id: Id
    caption: str


class _Instance(BaseModel):
    image_id: Id
    category_id: Id


class _Category(BaseModel):
    id: Id
    name: str
    supercategory: str


class _Captions(BaseModel):
    images: list[_Image]
    annotations: list[_Caption]


class _Instances(BaseModel):
    images: list[_Image]
    annotations: list[_Instance]
    categories: list[_Category]


_File = TypeVar("_File", _Captions, _Instances)


@dataclass(frozen=True)
class CocoFiles:
    """Where one part of a data set lies: two annotation files and the folder of pictures."""

    captions: Path
    instances: Path
    images: Path


def find_coco(folder: Path, part: str | None = None) -> CocoFiles:
    """Return the files of a part ("val2017") of a data set in COCO's usual places.

    These are ``annotations/captions_<part>.json``, ``annotations/instances_<part>.json``, and the pictures in
    ``<part>``, ``images/<part>`` or ``images``.

    Raises `UserError` if there is no such part, or several and none was named.
    """
    annotations = folder / "annotations"
    parts = sorted(path.stem.removeprefix("captions_") for path in annotations.glob("captions_*.json"))
    chosen = [part] if part is not None else parts
    if len(chosen) != 1 or chosen[0] not in parts:
        raise UserError(
            f"{annotations}: expected captions_<part>.json of {'a single part' if part is None else repr(part)}; "
            f"found {', '.join(parts) or 'none'}"
        )
    places = [folder / chosen[0], folder / "images" / chosen[0], folder / "images"]
    images = next((place for place in places if place.is_dir()), None)
    if images is None:
        raise UserError(f"{folder}: expected the pictures in {', '.join(map(str, places))}; found no such folder")
    return CocoFiles(annotations / f"captions_{chosen[0]}.json", annotations / f"instances_{chosen[0]}.json", images)


def read_coco(files: CocoFiles, supercategory: str = "animal") -> tuple[CaptionedImage, ...]:
    """Read the pictures that show something of a supercategory, with all their captions, in the order of instances.

    Ids are kept as text. The names of the categories shown are the attribute ``categories``. Of pictures that show
    nothing of the supercategory neither file nor captions are looked at.

    Raises
    ------
    StimulusProblemsError
        With everything that is wrong: annotations that cannot be read, categories that are not listed, pictures
        that are missing, broken or without captions, empty captions, names that occur twice.
    """
    problems: list[SourceProblem] = []
    captions = _read(files.captions, _Captions, problems)
    instances = _read(files.instances, _Instances, problems)
    if captions is None or instances is None:
        raise StimulusProblemsError(files.captions.parent, problems)
    shown = _shown(instances, supercategory, files.instances, problems)
    captions_of = _captions_by_image(captions)
    problems += _unknown_image_ids(captions, instances, shown, files)
    problems += _files_without_entry(instances, files.instances)
    claims = [
        Claim(
            f"{files.instances}: image {image.id}",
            image.id,
            image.file_name,
            captions_of.get(image.id, ()),
            {"categories": shown[image.id]},
        )
        for image in instances.images
        if image.id in shown
    ]
    return checked(claims, files.images, files.captions.parent, problems)


def _read(path: Path, kind: type[_File], problems: list[SourceProblem]) -> _File | None:
    """Return the content of an annotation file; what is wrong with it is added to ``problems``."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except ValidationError as error:
        problems += problems_of(str(path), error)
    except OSError as error:
        problems.append(SourceProblem(str(path), f"expected an annotation file; found: {error.strerror or error}"))
    return None


def _shown(
    instances: _Instances, supercategory: str, path: Path, problems: list[SourceProblem]
) -> Mapping[str, list[str]]:
    """Return the names of the categories that each picture shows, for pictures that show any."""
    names = {c.id: c.name for c in instances.categories if c.supercategory == supercategory}
    if not names:
        there = ", ".join(sorted({c.supercategory for c in instances.categories})) or "none"
        problems.append(SourceProblem(str(path), f"expected categories of {supercategory!r}; found {there}"))
    shown = defaultdict(set)
    for annotation in instances.annotations:
        if annotation.category_id in names:
            shown[annotation.image_id].add(names[annotation.category_id])
    if names and not shown:
        problems.append(SourceProblem(str(path), f"expected a picture of {supercategory!r}; found none"))
    return {image: sorted(categories) for image, categories in shown.items()}


def _captions_by_image(captions: _Captions) -> Mapping[str, tuple[str, ...]]:
    captions_of = defaultdict(list)
    for annotation in captions.annotations:
        captions_of[annotation.image_id].append(annotation.caption)
    return {image: tuple(texts) for image, texts in captions_of.items()}


def _files_without_entry(instances: _Instances, path: Path) -> list[SourceProblem]:
    """Return a problem for each category of instances that is not listed: whether it is an animal nobody can tell."""
    listed = {category.id for category in instances.categories}
    if not listed:
        return []  # that there are none at all is told once
    found = dict.fromkeys(one.category_id for one in instances.annotations if one.category_id not in listed)
    return [
        SourceProblem(str(path), f"expected category {category} of an annotation among the categories; found none")
        for category in found
    ]


def _unknown_image_ids(
    captions: _Captions, instances: _Instances, shown: Mapping[str, list[str]], files: CocoFiles
) -> list[SourceProblem]:
    """Return a problem for each picture shown that is not listed, or that the two files call by different names."""
    listed = {image.id: image.file_name for image in instances.images}
    problems = [
        SourceProblem(str(files.instances), f"expected image {image} of an annotation among the images; found none")
        for image in shown
        if image not in listed
    ]
    problems += [
        SourceProblem(
            f"{files.captions}: image {image.id}",
            f"expected file_name {listed[image.id]!r}, as in {files.instances.name}; found {image.file_name!r}",
        )
        for image in captions.images
        if image.id in shown and listed.get(image.id, image.file_name) != image.file_name
    ]
    return problems
