"""results/ → figures/: each figure as PNG and SVG beside the CSV that it is drawn from. Never simulates."""

import matplotlib

from sims.report.figures import convergence, depth, theorem1, three_layer
from sims.report.figures.canvas import STYLE
from sims.report.ledger import load

FIGURES = {  # name: the claim whose result it shows, and how
    "overview": ("convergence_filters", convergence.overview),
    "theorem1_direction": ("theorem1", theorem1.direction),
    "theorem1_scale": ("theorem1_scale", theorem1.scale),
    "theorem1_image": ("theorem1_image", theorem1.image),
    "convergence_filters": ("convergence_filters", convergence.filters),
    "gallery": ("convergence_filters", convergence.gallery),
    "convergence_kernel": ("convergence_kernel", convergence.kernel),
    "sample_complexity": ("sample_complexity", convergence.complexity),
    "theorem2": ("theorem2", three_layer.theorem2),
    "covariance": ("covariance", three_layer.forest),
    "local_connections": ("local_connections", three_layer.local),
    "max_pooling": ("max_pooling", three_layer.pooling),
    "class_sensitivity": ("class_sensitivity", three_layer.classes),
    "adversarial": ("adversarial", three_layer.attack),
    "max_logit": ("max_logit", three_layer.forest),
    "weight_laws": ("weight_laws", three_layer.forest),
    "bias": ("bias", three_layer.forest),
    "boundaries": ("boundaries", three_layer.forest),
    "depth": ("depth", depth.laws),
    "proposition1": ("proposition1", depth.proposition1),
    "gaussian_shape": ("gaussian_shape", depth.gaussian_shape),
    "insensitivity": ("insensitivity", depth.insensitivity),
    "vgg16": ("vgg16", depth.vgg16),
    "residual": ("residual", depth.residual),
    "layerwise": ("layerwise", depth.layerwise),
}


def plot(folder):
    """Draw every figure that the results below `folder` allow; the paths of the PNG files."""
    results = {result["claim"]: result for result in load(folder)}
    with matplotlib.rc_context(STYLE):
        return [
            draw(folder, name, result, results[result]) for name, (result, draw) in FIGURES.items() if result in results
        ]
