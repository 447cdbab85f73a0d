"""Tables of captions: what is read, and what is refused."""

from pathlib import Path

import pytest
from image_folders import picture

from eep.stimuli.captioned import StimulusProblemsError
from eep.stimuli.imagefolder import read_imagefolder
from eep.stimuli.imports import read_images
from eep.stimuli.rows import read_captions_csv


def table(folder: Path, text: str) -> Path:
    """Write a table of captions beside two pictures."""
    picture(folder / "a.png")
    picture(folder / "b.png", "blue")
    path = folder / "captions.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("column", ["file", "file_name", "image"])
def test_a_table_of_captions_is_read(tmp_path: Path, column: str) -> None:
    """A CSV file of files and captions is a source; pictures it does not name do not matter."""
    source = table(tmp_path, f"{column},caption,year\n\nb.png,A blue thing.,1999\n")
    (image,) = read_captions_csv(source)
    assert (image.id, image.captions, image.attributes) == ("b.png", ("A blue thing.",), {"year": "1999"})
    assert read_images(source).images == (image,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["captions.csv:1: expected columns of different names", "found an empty file"]),
        ("picture,caption\na.png,A.\n", ["file_name, file or image; found 'picture', 'caption'"]),
        ("file,caption,caption\na.png,A.,A.\n", ["columns of different names"]),
        ("file,file_name,text\na.png,a.png,A.\n", ["one of them file_name"]),
        ("file,text\na.png\na.png,A.,A.\n", [":2: expected 2 values; found 1", ":3: expected 2 values; found 3"]),
        ("file,text\n../a.png,Out.\nb.png,\n", [":2: expected a path", ":3: "]),
        ("file,text\na.png,A.\na.png,B.\n", [":2: expected each id once", ":2: expected each file once"]),
        ('file,text\na.png,"A.\n', ["captions.csv:2: expected comma-separated values; unexpected end"]),
        ("file,words\na.png,A.\n", [":2: expected the caption in text or caption; found neither"]),
    ],
)
def test_problems_of_a_table_are_told_with_their_lines(tmp_path: Path, text: str, expected: list[str]) -> None:
    """Wrong columns, rows that do not fit, empty captions and repeated files are all told."""
    with pytest.raises(StimulusProblemsError) as caught:
        read_captions_csv(table(tmp_path, text))
    for part in expected:
        assert part in str(caught.value)


def test_tables_in_other_encodings_are_refused(tmp_path: Path) -> None:
    """A caption is never read in the wrong letters."""
    source = table(tmp_path, "")
    source.write_bytes("file,text\na.png,Käfer\n".encode("latin-1"))
    with pytest.raises(StimulusProblemsError, match="expected a CSV file in UTF-8"):
        read_captions_csv(source)


def test_csv_metadata_of_a_folder_say_the_same(tmp_path: Path) -> None:
    """A metadata.csv is read like a metadata.jsonl, byte order mark and quotes included."""
    picture(tmp_path / "a.png")
    text = '\ufefffile_name,text,kind\r\na.png,"A ""red"", red thing.",cat\r\n'
    (tmp_path / "metadata.csv").write_text(text, encoding="utf-8")
    (image,) = read_imagefolder(tmp_path)
    assert image.captions == ('A "red", red thing.',)
    assert image.attributes == {"kind": "cat"}
