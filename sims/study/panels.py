"""Pictures that a figure shows side by side."""

SHOWN = 150  # pixels of a picture in a figure that holds five


def middle(picture, side=SHOWN):
    """The middle of a picture (C, H, W), as wide as a figure shows it."""
    top, left = (max(length - side, 0) // 2 for length in picture.shape[1:])
    return picture[:, top : top + side, left : left + side]


def panel(study, networks, rules):
    """Store the middle of a picture of each of `networks` under each of `rules`, as "one-<network>-<rule>"."""
    for name, network in networks.items():
        [pictures] = network.pictures(study.rng("panel", name), 1, rules)
        study.pictures({f"one-{name}-{rule}": middle(picture) for rule, picture in zip(rules, pictures)})
