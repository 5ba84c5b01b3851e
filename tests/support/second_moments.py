"""The second moments of one filter's picture, assembled densely from the definition Σ_jl a_jl D_jᵀ B_jl D_l."""

import numpy as np

from support.oracles import patch_matrices


def direction(vector):
    norm = np.sqrt((vector**2).sum())
    return vector / norm if norm > 0 else vector


def wedge(u, v):
    """E[wwᵀ 1(wᵀu>0) 1(wᵀv>0)] from the plane of u and v, where the angle of w runs from θ − π/2 to π/2."""
    u, v = direction(u), direction(v)
    if not (u.any() and v.any()):
        return np.zeros((len(u), len(u)))
    across = v - (v @ u) * u
    theta, across = np.arctan2(np.linalg.norm(across), v @ u), direction(across)
    plane = np.cos(theta) * (np.outer(u, u) - np.outer(across, across)) + np.sin(theta) * (
        np.outer(u, across) + np.outer(across, u)
    )
    return (np.pi - theta) / (2 * np.pi) * np.eye(len(u)) + np.sin(theta) / (2 * np.pi) * plane


def no_mask(u, v):
    """B with the forward mask dropped, as in DeconvNet: wrong for guided backpropagation."""
    return np.eye(len(u))


def printed_density(u, v):
    """`wedge` off the diagonal, and (2I − ŷŷᵀ)/2 for one patch with itself: the papers' density, wrong."""
    if u is v:
        return (2 * np.eye(len(u)) - np.outer(direction(u), direction(u))) / 2
    return wedge(u, v)


def guided_moments(image, kernel, stride=1, padding=0, moment=wedge):
    """Mean (d,) and second moment (d, d) of one filter's guided picture at unit scales; `moment` gives B_jl."""
    matrices = patch_matrices(image.shape, kernel, stride, padding)
    patches = [matrix @ image.ravel() for matrix in matrices]
    second = np.zeros((image.size, image.size))
    for j, (left, u) in enumerate(zip(matrices, patches)):
        for l, (right, v) in enumerate(zip(matrices, patches)):
            second += (1 / 2 if j == l else 1 / (2 * np.pi)) * left.T @ moment(u, v) @ right
    mean = sum(matrix.T @ direction(patch) for matrix, patch in zip(matrices, patches)) / (2 * np.pi)
    return mean, second


def guided_trace(image, kernel, stride=1, padding=0, moment=wedge):
    """The trace of one filter's covariance."""
    mean, second = guided_moments(image, kernel, stride, padding, moment)
    return np.trace(second) - mean @ mean


def moments(image, kernel, stride=1, padding=0, rule="guided", two_logits=False):
    """Mean (d,) and second moment (d, d) of one filter's picture under a rule; E s_k s_k'ᵀ for `two_logits`.

    a_jj = E h(V)², or (E h(V))² where the logits differ, and a_jl = (E h(V))²; saliency's h is the identity.
    """
    square, product = (1, 0) if rule == "saliency" else (1 / 2, 1 / (2 * np.pi))
    moment = no_mask if rule == "deconvnet" else wedge
    matrices = patch_matrices(image.shape, kernel, stride, padding)
    patches = [matrix @ image.ravel() for matrix in matrices]
    second = np.zeros((image.size, image.size))
    for j, (left, u) in enumerate(zip(matrices, patches)):
        for l, (right, v) in enumerate(zip(matrices, patches)):
            second += (square if j == l and not two_logits else product) * left.T @ moment(u, v) @ right
    mean = sum(matrix.T @ direction(patch) for matrix, patch in zip(matrices, patches)) / (2 * np.pi)
    return (mean if rule == "guided" else np.zeros(image.size)), second
