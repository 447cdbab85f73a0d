"""A linear mixed model as one more cross-check of T2: exploratory, parametric, and no part of any verdict."""

import warnings

import numpy as np

from eep.core.arrays import FloatArray
from eep.core.threads import single_thread
from eep.stats.components import Component
from eep.stats.permutation import PValue, no_p
from eep.stats.regression import IntArray, condensed, other_wordings

#: Items enter in at most so many blocks of neighbours; with each by itself, a fit takes a second and says the same.
BLOCKS = 16
#: Where the search for the standard deviations of the slopes starts, as ratios to the residual's.
START = 0.3
#: How far a search step may still change the likelihood, relative to it: far below what any report prints.
TOLERANCE = 1e-7


def mixed_model(component: Component) -> PValue:
    """Return the one-sided p-value of the slope of students on teachers of the same persona in other wordings.

    The regression of T5, with random slopes where T5 has clustered errors:

        y[p, w, i] = (slope + a[p] + b[w] + c[block of i]) x[p, w, i] + e[p, w, i],

    y the student's preference row, x the mean row of its persona's teachers in other wordings, and a, b, c and e
    normal. REML; the p-value is that of t with K - 1 degrees of freedom. There are no random intercepts, as rows are
    centred over personas and free of any level.

    It asks of further personas, wordings and items at once what T5 asks of personas and items. What it cannot do: eight
    personas and three wordings say little about a variance, and one that is estimated at zero is ignored; residuals of
    one cell count as independent, beyond what its persona and its wording have in common; and nothing stands for what
    T2's relabellings guard against. In 100 to 150 simulated experiments of each of seven worlds without inheritance it
    rejected as T5 does or less (0 to 5 %; 8 % both of them with strong whims in two wordings), and found a weak persona
    in 38 % where T5 did in 52 %.

    The p-value is NaN, with the reason, where there is nothing to fit or the fit does not converge.

    References
    ----------
    Baayen, Davidson & Bates 2008 (crossed random effects); Barr et al. 2013 (random slopes).
    """
    from scipy.special import stdtr  # scipy.stats would take a second to import

    if component.reason:
        return no_p(component.reason)
    personas, wordings, items = component.student.shape
    rows = personas * wordings, items
    found = condensed(
        other_wordings(component).reshape(rows), component.student.reshape(rows), _blocks(component.clusters)
    )
    cell, block = np.nonzero(found[0])
    x, y = (values[cell, block] for values in found)
    if block.max(initial=0) == 0:
        return no_p("there are no two clusters of items with anything to regress on")
    t = _t(x, y, (cell // wordings, cell % wordings, block))
    if t is None:
        return no_p("the mixed model did not converge")
    return PValue(float(stdtr(personas - 1, -t)), t, len(x), f"REML, t({personas - 1})", 0.0)


def _blocks(clusters: IntArray) -> IntArray:
    """Return the number of each item's block, (N,): clusters whose numbers are next to each other share one."""
    number = int(clusters.max()) + 1
    return clusters * min(BLOCKS, number) // number


def _t(x: FloatArray, y: FloatArray, units: tuple[IntArray, ...]) -> float | None:
    """Return the t value of the slope of ``y`` on ``x``, (n,), random by each of ``units``; None without convergence."""
    from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec

    x, y = x / np.sqrt(np.mean(x * x)), y / np.sqrt(np.mean(y * y))
    columns = [x[:, None] * (unit[:, None] == np.arange(unit.max() + 1)) for unit in units]
    names = [[str(level) for level in range(design.shape[1])] for design in columns]
    variances = VCSpec(["persona", "wording", "item"], [[each] for each in names], [[each] for each in columns])
    # statsmodels warns of every variance near zero, which is no failure; `converged` tells of those.
    with warnings.catch_warnings(action="ignore"), single_thread():
        try:
            # Powell's search takes no derivatives: those that do stop short where a variance is zero.
            fit = MixedLM(y, x, np.zeros(len(x), dtype=np.intp), exog_vc=variances).fit(
                method="powell", start_params=np.full(len(units), START), ftol=TOLERANCE
            )
            # As in generalised least squares: the slope's information with the variances held at their estimates.
            information = float(np.linalg.inv(fit.cov_params())[0, 0])
        except np.linalg.LinAlgError:
            return None
    if not fit.converged or not information > 0.0:
        return None
    return float(fit.fe_params[0]) * float(np.sqrt(information))
