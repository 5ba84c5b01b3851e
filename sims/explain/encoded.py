"""Arrays as the bytes of files."""

import io

import numpy as np
from PIL import Image


def png(pixels):
    """Bytes (H, W, 3) as a PNG file, in all their colours."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png", optimize=True)
    return buffer.getvalue()


def npy(array):
    """An array as a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()
