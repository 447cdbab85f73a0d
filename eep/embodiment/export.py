"""Publishing a persona that acts: a folder with its students, a graph that needs no eep, a script and a card."""

from collections.abc import Sequence
from pathlib import Path

from eep.core.files import new_folder
from eep.embodiment import graphs, saved
from eep.embodiment.card import card
from eep.embodiment.policy import StudentPolicy
from eep.embodiment.saved import MANIFEST
from eep.stimuli.encoders.encoder import Encoder
from eep.stimuli.encoders.models import BUNDLED_FOLDER
from eep.stimuli.encoders.preprocess import Preprocessing

#: Judges a picture without eep. The braces are how the encoder wants its pictures.
_JUDGE = '''\
"""Judge a picture: python run.py PICTURE. Needs numpy, pillow and onnxruntime."""
import pathlib, sys
import numpy, onnxruntime
from PIL import Image, ImageOps

if len(sys.argv) != 2 or not pathlib.Path(sys.argv[1]).is_file():
    sys.exit("expected a picture file: python run.py PICTURE")
body = onnxruntime.InferenceSession(pathlib.Path(__file__).with_name("policy.onnx"))
picture = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGB")
(wide, high), short, crop = picture.size, {short_side}, {crop}
size = (short, int(short * high / wide)) if wide <= high else (int(short * wide / high), short)
left, top = (size[0] - crop) // 2, (size[1] - crop) // 2
shown = picture.resize(size, Image.Resampling.{filter}).crop((left, top, left + crop, top + crop))
x = (numpy.asarray(shown, "f4") / {white} - numpy.array({mean}, "f4")) / numpy.array({std}, "f4")
found = body.run(None, {{body.get_inputs()[0].name: x.transpose(2, 0, 1)[None]}})[0][0]
print(dict(zip({options}, found.round(3).tolist())))
'''


def export(policy: StudentPolicy, folder: Path, *, evidence: Sequence[str], link: str = "") -> list[Path]:
    """Write a persona to a new folder, to be published; return the files.

    The folder can be loaded with `eep.load_student`. ``policy.onnx`` takes what is sensed and gives probabilities, without
    eep; for pictures it holds the encoder, too, if that is the one that comes with eep.

    Parameters
    ----------
    evidence
        Sentences on what its run found, for the card.
    link
        Address of the run's report, if it has one.

    Raises
    ------
    eep.core.errors.UserError
        If the folder is there already, onnx is not installed, or the students cannot be written as a graph.
    """
    with new_folder(folder) as made:
        names = _write(policy, made, evidence, link)
    return [folder / name for name in names]


def _write(policy: StudentPolicy, folder: Path, evidence: Sequence[str], link: str) -> list[Path]:
    """Write the files, and return their places in the folder."""
    encoder = _eye(policy)
    model = graphs.policy_model(policy.students, _texts(policy), unit_length=encoder is not None)
    scripts = dict(policy.task.standalone())
    if encoder is not None:
        model = graphs.with_encoder(encoder.network.path, model, encoder.network.output)
        scripts["run.py"] = _judge(policy, encoder.preprocessing).encode()
    contents = {one.file: student.dump() for one, student in zip(policy.records, policy.students, strict=True)}
    written = saved.write(folder, policy.manifest, contents)
    files = {
        "policy.onnx": model.SerializeToString(),
        "README.md": card(policy, evidence, sorted(scripts), link, pictures=encoder is not None).encode(),
        **scripts,
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [*(path.relative_to(folder) for path in written), *map(Path, files)]


def _eye(policy: StudentPolicy) -> Encoder | None:
    """Return the encoder that may go along: the one that comes with eep, where pictures are all that is sensed."""
    encoder = policy.task.encoder
    if encoder is None or encoder.width != len(policy.senses):
        return None
    return policy.eye() if encoder.network.path.is_relative_to(BUNDLED_FOLDER) else None


def _judge(policy: StudentPolicy, wanted: Preprocessing) -> str:
    return _JUDGE.format(**wanted.settings(), filter=wanted.resample.upper(), options=policy.options)


def _texts(policy: StudentPolicy) -> dict[str, str]:
    """Return what the graph says of itself."""
    return {
        "persona": policy.persona,
        "task": policy.records[0].task,
        "options": "\n".join(policy.options),
        "senses": "\n".join(policy.senses),
        "experiment": policy.manifest.experiment,
        "teacher": policy.manifest.teacher.sentence,
        "licence": policy.manifest.licence_note,
        "source": f"eep {policy.manifest.versions.get('eep', '')}, see README.md and {MANIFEST}",
    }
