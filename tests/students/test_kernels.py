"""Students' numbers whatever the linear algebra kernel and NumPy's choice of instructions."""

import json
import os
import platform
import subprocess
import sys
from importlib import import_module

import numpy as np
import pytest

from eep.students import STUDENTS

pytestmark = pytest.mark.slow

#: Fits each student, on the states of a pole and on more features than demonstrations, and prints what they predict.
SCRIPT = """\
import json
import numpy as np
from threadpoolctl import threadpool_info
from eep.students import STUDENTS, student_class

rng = np.random.default_rng(0)
said = {kind: [] for kind in sorted(STUDENTS)}
for n, d, k in ((1500, 4, 2), (150, 200, 2), (600, 4, 5)):
    x = rng.standard_t(4, size=(n, d)).astype(np.float32)
    p = rng.dirichlet(np.ones(k), size=n)
    lean = 1 / (1 + np.exp(-3 * np.sign(x[:, 0]) - x[:, 1]))
    p = lean[:, None] * p + (1 - lean)[:, None] * p[:, ::-1]
    p = np.round(2**10 * p)  # the exponential of a kernel must not be seen in the demonstrations
    for kind in said:
        fitted = student_class(kind)().fit(x, p / p.sum(axis=1, keepdims=True), seed=1)
        said[kind].append(fitted.predict(x[:200]).tolist())
from numpy._core._multiarray_umath import __cpu_features__ as found
kernels = sorted(one.get("architecture") or "" for one in threadpool_info() if one["user_api"] == "blas")
print(json.dumps({"said": said, "kernels": kernels, "wide": [name for name in ("X86_V3", "AVX2") if found.get(name)]}))
"""


def fitted(**environment: str) -> tuple[dict[str, list[list[list[float]]]], str]:
    """Return what students of a fresh process predict, by kind, and what it computed with."""
    changed = {**os.environ, **environment}
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, env=changed)
    found = json.loads(done.stdout)
    return found["said"], str((found["kernels"], found["wide"]))


def narrow() -> str:
    """Return the names of the instruction sets beyond NumPy's baseline that this processor has."""
    umath = import_module("numpy._core._multiarray_umath")
    return " ".join(name for name in umath.__cpu_dispatch__ if umath.__cpu_features__.get(name))


@pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="its kernels are x86-64's")
def test_students_do_not_depend_on_the_kernel() -> None:
    """Under two other kernels, and without wide instructions, each kind predicts the same within 1e-6."""
    here, with_what = fitted()
    assert set(here) == set(STUDENTS)
    seen = {with_what}
    for environment in (
        {"OPENBLAS_CORETYPE": "Prescott"},
        {"OPENBLAS_CORETYPE": "Haswell"},
        {"NPY_DISABLE_CPU_FEATURES": narrow()},
    ):
        elsewhere, with_what = fitted(**environment)
        seen.add(with_what)
        for kind, said in here.items():
            for one, other in zip(said, elsewhere[kind], strict=True):
                np.testing.assert_allclose(other, one, rtol=0, atol=1e-6, err_msg=kind)
    assert len(seen) > 1, "expected the settings to change what numbers are computed with"
