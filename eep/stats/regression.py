"""T5: a regression as a cross-check of T2. Parametric: it trusts a t distribution where T2 counts relabellings."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from eep.core.arrays import FloatArray
from eep.stats.components import Component
from eep.stats.estimates import Estimate, notes, number
from eep.stats.permutation import NAN
from eep.stats.rows import ROUNDING

IntArray = npt.NDArray[np.intp]
#: Numbers of personas with which T2 has no room to reject and T5 is all that a plan could name as confirmatory.
FEW = (3, 4)


@dataclass(frozen=True)
class RegressionResult:
    """What T5 found."""

    #: Regression of students' unit preference rows on the mean row of their persona's teachers in other wordings. It
    #: is attenuated by the teachers' noise: T3 says how much is inherited.
    slope: float
    #: Two-way clustered, over items (or clusters of items) and personas.
    std_error: float
    #: The one-way clustered standard errors it is made of.
    error_item: float
    error_persona: float
    #: One-sided, from t with K - 1 degrees of freedom.
    p_value: float
    #: K.
    personas: int
    #: Why there is no result; empty if there is one.
    reason: str = ""

    @property
    def statistic(self) -> float:
        """The t value."""
        return self.slope / self.std_error if self.std_error > 0 else NAN

    def rows(self, about: Estimate) -> list[Estimate]:
        """Return the estimate; ``about`` holds what it has in common with others."""
        few = (
            f"with {self.personas} personas the only test that a plan can name as confirmatory"
            if self.personas in FEW and not self.reason
            else ""
        )
        return [
            replace(
                about,
                test="T5",
                term="slope",
                contrast="student-teacher",
                estimate=number(self.slope),
                std_error=number(self.std_error),
                statistic=number(self.statistic),
                p_value=number(self.p_value),
                method=f"regression clustered by item and persona, t({self.personas - 1})",
                note=notes(about.note, "parametric", few, self.reason),
            )
        ]


@dataclass(frozen=True)
class CrossWordingRegression:
    """T5: regression of students on teachers of the same persona in other wordings, errors clustered both ways.

    The student's preference row, at unit length, is regressed on *one* column without intercept, the mean of its
    persona's teacher rows in other wordings. With e the residuals and x the column,

    V_g = G/(G-1) * sum over clusters g of (sum x e)^2 / (sum x^2)^2 for items and for personas,
    V = V_item + V_persona - V_(item x persona), the last without a factor, floored at max(V_item, V_persona),

    and the one-sided p-value is that of t with K - 1 degrees of freedom. Items come as clusters where several
    are one stimulus.

    The student's own teacher cell must not be added as a covariate: the two columns share the persona, so that
    each suppresses the other, and the coefficient comes out negative and clear of zero where nothing is inherited.

    References
    ----------
    Cameron, Gelbach & Miller 2011 (two-way clustering); Thompson 2011.
    """

    def __call__(self, component: Component) -> RegressionResult:
        """Return the result for the preference component."""
        personas, wordings, _ = component.student.shape
        reason: str = component.reason
        if not reason and not component.over_items:
            reason = "the regression is over items, and this component has none"
        if reason:
            return _nothing(personas, reason)
        x = other_wordings(component)
        if not x.any():
            return _nothing(personas, "the teachers of each persona cancel out over wordings")
        clusters = np.tile(component.clusters, wordings)
        return _tested(*condensed(x.reshape(personas, -1), component.student.reshape(personas, -1), clusters))


def other_wordings(component: Component) -> FloatArray:
    """Return, for each cell (K, W, N), the mean of its persona's teacher rows in other wordings; 0 for absent cells."""
    there = component.present
    b = component.teacher
    others = np.maximum(there.sum(axis=1) - 1, 1)[:, None, None]
    return np.asarray((b.sum(axis=1, keepdims=True) - b) / others * there[:, :, None])


def condensed(x: FloatArray, y: FloatArray, groups: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return ``x`` and ``y`` (R, N) as one observation per row and group of columns, (R, G) each.

    In every group, y is projected on x: |x| and x y / |x|, both 0 where x is. A regression of one on the other has the
    same slope, and the same products of x and residuals summed over groups, as one on all observations.
    """
    squares, products = (np.stack([np.bincount(groups, weights=row) for row in values]) for values in (x * x, x * y))
    length = np.sqrt(squares)
    return length, np.divide(products, length, out=np.zeros_like(length), where=length > 0.0)


def _tested(x: FloatArray, y: FloatArray) -> RegressionResult:
    """Return the test of the slope of ``y`` on ``x``, one observation per persona and cluster of items, (K, G)."""
    from scipy.special import stdtr  # scipy.stats would take a second to import
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.sandwich_covariance import cov_cluster

    personas, items = x.shape
    if items < 2:
        return _nothing(personas, "all held-out items form one cluster, so their variance cannot be judged")
    persona, item = (place.ravel() for place in np.indices(x.shape))
    fit = OLS(y.ravel(), x.ravel()).fit()
    slope = float(fit.params[0])
    by_persona, by_item = (float(cov_cluster(fit, groups, use_correction=False)[0, 0]) for groups in (persona, item))
    # statsmodels' own factors would count the observations, too; these count clusters alone.
    v_item, v_persona = items / (items - 1) * by_item, personas / (personas - 1) * by_persona
    # Of persona and item together there is one observation each, as in White's HC0.
    v_both = float(fit.cov_HC0[0, 0])
    error = float(np.sqrt(max(v_item + v_persona - v_both, v_item, v_persona)))
    if error <= ROUNDING * abs(slope):
        return _nothing(personas, "the students follow their teachers without any residual")
    return RegressionResult(
        slope=slope,
        std_error=error,
        error_item=float(np.sqrt(v_item)),
        error_persona=float(np.sqrt(v_persona)),
        p_value=float(stdtr(personas - 1, -slope / error)),
        personas=personas,
    )


def _nothing(personas: int, reason: str) -> RegressionResult:
    return RegressionResult(NAN, NAN, NAN, NAN, NAN, personas, reason)
