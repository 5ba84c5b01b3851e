"""What a perturbation changes."""

from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, GREEN, ORANGE, PURPLE, save


def attack(folder, name, result):
    table = result["tables"]["similarity"]
    figure = Figure((7.2, 4.2))
    axes = figure.subplots()
    for rule, kind, marker, colour in (
        ("saliency", "random", "o", GREEN),
        ("saliency", "fgsm", "X", GREEN),
        ("guided", "fgsm", "X", BLUE),
        ("deconvnet", "fgsm", "X", PURPLE),
    ):
        chosen = [n for n in range(len(table["rule"])) if (table["rule"][n], table["kind"][n]) == (rule, kind)]
        label = f"{rule}, {'FGSM' if kind == 'fgsm' else 'random signs'}"
        axes.plot(
            [table["epsilon"][n] for n in chosen],
            [table["similarity"][n] for n in chosen],
            marker,
            ms=8,
            color=colour,
            mfc="white" if kind == "random" else colour,
            label=label,
        )
    chosen = [n for n in range(len(table["rule"])) if (table["rule"][n], table["kind"][n]) == ("saliency", "random")]
    axes.plot(
        [table["epsilon"][n] for n in chosen],
        [table["saliency_law"][n] for n in chosen],
        color=ORANGE,
        lw=2,
        zorder=0,
        label="angle law (π − θ)/π",
    )
    axes.set(
        xlabel="perturbation ε over the range of x",
        ylabel="similarity before and after",
        ylim=(0.7, 1.02),
        title="What a perturbation changes",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return save(figure, folder, name, {"similarity": table}, "svg")


FIGURES = {"adversarial": attack}
