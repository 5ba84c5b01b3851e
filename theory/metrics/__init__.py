"""How pictures are measured and compared."""

from theory.metrics.boundary import boundary_share
from theory.metrics.discrimination import error_auc
from theory.metrics.localisation import pointing_energy

__all__ = ["boundary_share", "error_auc", "pointing_energy"]
