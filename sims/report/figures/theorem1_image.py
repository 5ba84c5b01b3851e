"""What guided backpropagation tends to, and why it is not x."""

from sims.report.figures.canvas import save, two
from sims.report.figures.panels import row_of, shown, stored

SIDE = 224  # pixels of a picture, whole in the default run


def image(folder, name, result):
    """x, its limit, and the lengths of the patches that stand between them."""
    table = result["tables"]["cosine"]
    n = table["picture"].index("picture")
    found = f"{two(table['measured'][n])} (law {two(table['exact'][n])})"
    titles = {
        "x": "the input",
        "limit": f"what guided backpropagation\ntends to: cosine {found}",
        "norms": "lengths of the patches,\nwhich it divides by",
    }
    pictures = [shown(stored(folder, "theorem1_image", part), SIDE) for part in titles]
    figure = row_of(pictures, [*titles.values()], sentence(result["settings"], table), letters=10)
    return save(figure, folder, name, {"cosine": table}, "png", tight=False)


def sentence(settings, table):
    """Of inputs whose patches have one length, whose limit is x times the coverage, and of this one."""
    even = two(table["exact"][table["picture"].index("signs")])
    grid = "the grid of its stride and " if settings["stride"] > 1 else ""
    return (
        f"The limit is the input under {grid}dim borders: a cosine of {even}\n"
        "where all patches are as long, less where their lengths differ"
    )


FIGURES = {"theorem1_image": image}
