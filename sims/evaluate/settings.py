"""What measures are told, and what is asked of every photograph."""

from dataclasses import asdict, dataclass, field

from theory.attribution import METHODS
from theory.attribution.reductions import reduced
from theory.metrics.boundary import WIDTH
from theory.metrics.perturbation import SHARES

VERSION = 1  # of what measures compute: finished work of another one is done anew


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`seed` of random orders, mosaics and weights; the border's `width`; `shares` of pixels taken away; of a cascade
    the number of `stages`, of independent `draws`, the `law` and `normalisation` (sims.evaluate.redrawing) and SSIM's
    `window`; how sure the network must be of a photograph in a mosaic, `confidence`.
    """

    seed: int = 0
    width: int = WIDTH
    shares: tuple[float, ...] = SHARES
    stages: int = 4
    draws: int = 2
    law: str = "normal"
    normalisation: str = "kept"
    window: int = 7
    confidence: float = 0.5

    def of(self, names):
        """Some of them, for the address of finished work."""
        return {name: asdict(self)[name] for name in names}


@dataclass(frozen=True)
class Asked:
    """A method of theory.attribution.METHODS with settings of its own, if any, and the name of its reduction to one
    channel (theory.attribution.reductions.REDUCTIONS).
    """

    name: str
    settings: dict = field(default_factory=dict)
    channels: str = "sum"

    def __call__(self, network, inputs, targets):
        """Maps (..., 1, H, W)."""
        return reduced(METHODS[self.name](network, inputs, targets, **self.settings), self.channels)

    def parts(self):
        """What its maps depend on, for the address of finished work."""
        return {"method": self.name, "settings": self.settings, "channels": self.channels}
