"""D_j: the patches of an image, their way back, and how many hold each pixel."""

import numpy as np

from theory import kernels
from theory.windows import Windows


def as_image(image):
    """image as a finite float array (C, H, W), float64 unless it is float32; else ValueError."""
    image = np.asarray(image)
    image = np.ascontiguousarray(image, dtype=image.dtype if image.dtype == np.float32 else np.float64)
    if image.ndim != 3 or not image.size:
        raise ValueError(f"an image has shape (channels, height, width), none of them 0; not {image.shape}")
    if not np.isfinite(image).all():
        raise ValueError("the image has NaN or infinite pixels; every pixel must be finite")
    return image


def columns(image, windows):
    """The patches of `image` (C, H, W), one per column of (p, J): what a convolution multiplies its filters with."""
    out = np.zeros((len(image), *windows.kernel, windows.rows, windows.columns), image.dtype)
    step = windows.stride[1]
    filled = np.pad(image, ((0, 0), (0, 0), (0, -windows.width % step)))
    phases = np.ascontiguousarray(filled.reshape(*image.shape[:2], -1, step).swapaxes(2, 3))
    kernels.gather(phases, windows.width, windows.stride, windows.padding, out)
    return out.reshape(-1, windows.count)


def fold_columns(patches, windows):
    """Σ_j D_jᵀ of the columns of `patches` (p, J), as an image (C, H, W): the adjoint of `columns`."""
    patches = np.ascontiguousarray(patches).reshape(-1, *windows.kernel, windows.rows, windows.columns)
    step = windows.stride[1]
    phases = np.zeros((len(patches), windows.height, step, -(-windows.width // step)), patches.dtype)
    kernels.scatter(patches, windows.width, windows.stride, windows.padding, phases)
    return np.ascontiguousarray(phases.swapaxes(2, 3).reshape(*phases.shape[:2], -1)[..., : windows.width])


def extract(image, kernel, stride=1, padding=0):
    """The patches y_j = D_j x of `image` (C, H, W): (J, p), p = C·kh·kw in filter order, zeros where there is padding."""
    image = as_image(image)
    return np.ascontiguousarray(columns(image, Windows.on(image.shape, kernel, stride, padding)).T)


def fold(patches, image_shape, kernel, stride=1, padding=0):
    """Σ_j D_jᵀ patches_j: `patches` (J, p) added back in their places in an image of `image_shape` (C, H, W)."""
    windows = Windows.on(image_shape, kernel, stride, padding)
    patches = np.asarray(patches)
    expected = (windows.count, image_shape[0] * windows.kernel[0] * windows.kernel[1])
    if patches.shape != expected:
        raise ValueError(f"this image has patches of shape {expected} (J, p), not {patches.shape}")
    return fold_columns(patches.T, windows)


def coverage(image_shape, kernel, stride=1, padding=0):
    """m, the diagonal of Σ_j D_jᵀD_j: how many patches hold a pixel, (H, W); the same for every channel."""
    windows = Windows.on(image_shape, kernel, stride, padding)
    return fold_columns(np.ones((windows.kernel[0] * windows.kernel[1], windows.count)), windows)[0]


def unit(patches):
    """ŷ = y/‖y‖ along the last axis, and 0 for a zero vector; safe from overflow and underflow of the squares."""
    scaled, _, norm = _scaled(patches)
    return np.divide(scaled, norm, out=scaled, where=norm > 0)


def lengths(patches):
    """‖y‖ along the last axis, as safe."""
    _, largest, norm = _scaled(patches)
    return (largest * norm)[..., 0]


def _scaled(patches):
    """Vectors over their largest entry, that entry, and the norm of what is left."""
    patches = np.asarray(patches, np.result_type(patches, np.float32))
    largest = np.max(np.abs(patches), axis=-1, keepdims=True)
    scaled = np.divide(patches, largest, out=np.zeros_like(patches), where=largest > 0)
    return scaled, largest, np.linalg.norm(scaled, axis=-1, keepdims=True)
