"""Croissant 1.1 metadata of a folder of tables and pictures, after the specification of MLCommons."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from eep.core.versions import __version__
from eep.datasets.about import About
from eep.datasets.parts import PartFile, PictureFolder

CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
MIT = "https://spdx.org/licenses/MIT.html"
PARQUET, JSON_LINES, PNG = "application/x-parquet", "application/jsonlines", "image/png"
#: The context of the specification, word for word the terms that 1.1 has.
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
#: Polars' types as Croissant's.
TYPES: dict[Any, str] = {
    pl.String: "sc:Text",
    pl.Boolean: "sc:Boolean",
    pl.Int32: "cr:Int32",
    pl.Int64: "cr:Int64",
    pl.Float32: "cr:Float32",
    pl.Float64: "cr:Float64",
}


def metadata(about: About, files: Sequence[PartFile], pictures: Sequence[PictureFolder]) -> dict[str, Any]:
    """Return the metadata as JSON values; paths are those within the folder."""
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": about.name,
        "description": f"{about.question.strip()} {about.teacher.sentence} {about.made_by}",
        "license": MIT if about.licence == "mit" else about.licence_note,
        "creator": {"@type": "sc:Organization", "name": "The eep authors"},
        "datePublished": about.date,
        "version": "1.0.0",
        "inLanguage": "en",
        "keywords": ["persona", "imitation learning", "language models", *(["simulated"] if about.simulated else [])],
        "citeAs": _citation(about),
        "rai:dataCollection": about.teacher.sentence,
        "rai:dataLimitations": list(about.caveats),
        "rai:machineAnnotationTools": [about.teacher.agent],
        "distribution": [*map(_file, files), *(part for one in pictures for part in _picture_files(one))],
        "recordSet": [*map(_record_set, files), *(part for one in pictures for part in _picture_records(one))],
    }


def _citation(about: About) -> str:
    year = about.date[:4]
    return (
        f"@misc{{eep-{about.run}, title={{{about.name}}}, author={{{{The eep authors}}}}, year={{{year}}}, "
        f"note={{eep {__version__}, run {about.run}, plan {about.plan[:12]}}}}}"
    )


def _file(one: PartFile) -> dict[str, Any]:
    return _file_object(one.path, PARQUET, one.sha256, one.size, f"Rows of {one.table.name}, part {one.part}.")


def _file_object(path: str, form: str, sha256: str, size: int, description: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "description": description,
        "contentUrl": path,
        "contentSize": f"{size} B",
        "encodingFormat": form,
        "sha256": sha256,
    }


def _record_set(one: PartFile) -> dict[str, Any]:
    name = f"{one.table.name}/{one.part}"
    schema = one.table.frame.schema
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": one.table.about,
        "field": [
            _field(name, column, held, TYPES[schema[column]], {"fileObject": one.path, "column": column})
            for column, held in one.table.described().items()
        ],
    }


def _field(record_set: str, name: str, description: str, kind: str, where: dict[str, str]) -> dict[str, Any]:
    """Return a field; ``where`` names its file, and the column or the property of the file that it is."""
    (source, path), extract = next(iter(where.items())), {k: v for k, v in where.items() if not k.startswith("fileO")}
    extract.pop("fileSet", None)
    return {
        "@type": "cr:Field",
        "@id": f"{record_set}/{name}",
        "name": name,
        "description": description,
        "dataType": kind,
        "source": {source: {"@id": path}, "extract": extract},
    }


def _picture_files(one: PictureFolder) -> Iterator[dict[str, Any]]:
    yield {
        "@type": "cr:FileSet",
        "@id": one.path,
        "name": one.path,
        "description": f"Pictures of {one.title}; metadata.jsonl has the SHA-256 of each.",
        "encodingFormat": PNG,
        "includes": f"{one.path}/*.png",
    }
    path = f"{one.path}/metadata.jsonl"
    yield _file_object(path, JSON_LINES, one.metadata_sha256, one.metadata_size, f"What pictures of {one.title} show.")


def _picture_records(one: PictureFolder) -> Iterator[dict[str, Any]]:
    """Yield a record set of the pictures, and one of what teachers read of them, joined by the file's name."""
    pictures, captions, path = f"{one.task}-pictures", f"{one.task}-captions", f"{one.path}/metadata.jsonl"
    shown = (("file_name", "The file.", "sc:Text", "filename"), ("image", "The picture.", "sc:ImageObject", "content"))
    yield {
        "@type": "cr:RecordSet",
        "@id": pictures,
        "name": pictures,
        "description": f"{one.title}: a picture that students see.",
        "field": [
            _field(pictures, name, held, kind, {"fileSet": one.path, "fileProperty": of_file})
            for name, held, kind, of_file in shown
        ],
    }
    told = (
        ("file_name", "The picture's file."),
        ("name", "What items call it."),
        ("text", "What teachers read."),
        ("sha256", "The hash of the file."),
    )
    yield {
        "@type": "cr:RecordSet",
        "@id": captions,
        "name": captions,
        "description": f"{one.title}: what teachers read of a picture.",
        "field": [_field(captions, name, held, "sc:Text", {"fileObject": path, "column": name}) for name, held in told],
    }
