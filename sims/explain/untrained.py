"""Networks of the same architecture with random weights, all of them or those from a layer up."""

from sims.ensembles import initialise


def untrained(network, rng, above=None):
    """A network with weights N(0, 2/fan-in), biases of 0 and batch normalisation as the identity, as before training.

    With `above`, the name of a node, only that one's and those of nodes that come after it are drawn.
    """
    names = [node.name for node in network.nodes]
    chosen = network.nodes[names.index(network.node(above).name) if above else 0 :]
    layers = {}
    for node in chosen:
        own = {f"{node.name}.{name}": array for name, array in node.layer.parameters().items()}
        if own:
            shapes = {name: array.shape for name, array in own.items()}
            drawn = initialise.draw(shapes, "he", rng=rng, dtype=next(iter(own.values())).dtype)
            new = {name.rpartition(".")[2]: array for name, array in drawn.items()}
            layers[node.name] = node.layer.with_parameters(**new)
    return network.replace(layers)
