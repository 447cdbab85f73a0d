"""The methods of a report and where they come from."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from eep.report.blocks import Block, Bullets, Heading, Table


class Method(NamedTuple):
    """What is computed, how, and the literature it stands on, as Markdown of a line."""

    name: str
    how: str
    source: str


#: What stands between the first page and the last.
_PAGES = re.compile(r"(?<=\d)-(?=\d)")

METHODS = (
    Method(
        "Manipulation check (T1)",
        "Similarity of a persona's teachers across wordings; personas are relabelled within each wording.",
        "Anderson & ter Braak 2003",
    ),
    Method(
        "Inheritance (T2)",
        "Similarity of students with teachers of their persona in other wordings, against teachers of other personas "
        "there. The largest of three p-values decides: personas relabelled in students and teachers together (joint), "
        "students' personas permuted as blocks (block), and, for preference, a t test over items or their clusters (item).",
        "Anderson & ter Braak 2003; Winkler et al. 2014; Guillot & Rousset 2013; Miller 2024",
    ),
    Method(
        "Slope (T3)",
        "Covariance of students with teachers of other wordings, divided by that of teachers among themselves: the share "
        "that arrives; the interval is over personas.",
        "Fieller 1954",
    ),
    Method(
        "Contrasts with the neutral persona (T4)",
        "Differences of level with cells as data; two one-sided tests of equivalence.",
        "Schuirmann 1987; Holm 1979",
    ),
    Method(
        "Regression (T5)",
        "A cross-check: students regressed on their persona's teachers in other wordings, errors clustered by item and by persona.",
        "Cameron, Gelbach & Miller 2011; Thompson 2011",
    ),
    Method(
        "Returns (T6)",
        "Mean of the middle half of cells, stratified bootstrap; differences by flipping signs of cells.",
        "Agarwal et al. 2021; Rao & Wu 1988",
    ),
    Method(
        "Shares of variance",
        "Variance components of the teachers' answers, crossed by persona, wording and item.",
        "Brennan 2001",
    ),
    Method("Several verdicts", "p-values of the verdicts are adjusted for their number.", "Holm 1979"),
)

REFERENCES = (
    "Agarwal, R., Schwarzer, M., Castro, P. S., Courville, A. & Bellemare, M. G. (2021). Deep reinforcement learning at the edge of the statistical precipice. *NeurIPS* 34.",
    "Anderson, M. J. & ter Braak, C. J. F. (2003). Permutation tests for multi-factorial analysis of variance. *Journal of Statistical Computation and Simulation* 73, 85-113.",
    "Brennan, R. L. (2001). *Generalizability Theory*. Springer.",
    "Cameron, A. C., Gelbach, J. B. & Miller, D. L. (2011). Robust inference with multiway clustering. *Journal of Business & Economic Statistics* 29, 238-249.",
    "Fieller, E. C. (1954). Some problems in interval estimation. *Journal of the Royal Statistical Society B* 16, 175-185.",
    "Guillot, G. & Rousset, F. (2013). Dismantling the Mantel tests. *Methods in Ecology and Evolution* 4, 336-344.",
    "Holm, S. (1979). A simple sequentially rejective multiple test procedure. *Scandinavian Journal of Statistics* 6, 65-70.",
    "Miller, E. (2024). Adding error bars to evals: a statistical approach to language model evaluations. arXiv 2411.00640.",
    "Okabe, M. & Ito, K. (2008). Color universal design. (The colours of the charts.)",
    "Rao, J. N. K. & Wu, C. F. J. (1988). Resampling inference with complex survey data. *Journal of the American Statistical Association* 83, 231-241.",
    "Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power approach for assessing the equivalence of average bioavailability. *Journal of Pharmacokinetics and Biopharmaceutics* 15, 657-680.",
    "Thompson, S. B. (2011). Simple formulas for standard errors that cluster by both firm and time. *Journal of Financial Economics* 99, 1-10.",
    "Winkler, A. M., Ridgway, G. R., Webster, M. A., Smith, S. M. & Nichols, T. E. (2014). Permutation inference for the general linear model. *NeuroImage* 92, 381-397.",
)


def section() -> Iterable[Block]:
    """Yield the section on methods: what is computed, and the literature."""
    yield Heading("Methods and references")
    yield Table.of(["What", "How", "After"], METHODS)
    yield Bullets.of(_PAGES.sub("\N{EN DASH}", reference) for reference in REFERENCES)
