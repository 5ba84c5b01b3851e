"""results/ → figures/: each figure as PNG and SVG beside the CSV that it is drawn from. Never simulates."""

import matplotlib

from sims.plots import convergence, theorem1
from sims.plots.canvas import STYLE
from sims.report import load

FIGURES = {  # name: the claim whose result it shows, and how
    "overview": ("convergence_filters", convergence.overview),
    "theorem1_direction": ("theorem1", theorem1.direction),
    "theorem1_scale": ("theorem1_scale", theorem1.scale),
    "theorem1_image": ("theorem1_image", theorem1.image),
    "convergence_filters": ("convergence_filters", convergence.filters),
    "gallery": ("convergence_filters", convergence.gallery),
    "convergence_kernel": ("convergence_kernel", convergence.kernel),
    "sample_complexity": ("sample_complexity", convergence.complexity),
}


def plot(folder):
    """Draw every figure that the results below `folder` allow; the paths of the PNG files."""
    results = {result["claim"]: result for result in load(folder)}
    with matplotlib.rc_context(STYLE):
        return [
            draw(folder, name, result, results[result]) for name, (result, draw) in FIGURES.items() if result in results
        ]
