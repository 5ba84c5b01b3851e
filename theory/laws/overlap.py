"""The compiled sum over overlapping windows, on raw arrays. Callers check shapes; nothing here does."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _shifted_products(u, v, w, down, across):
    """Σ u·u⁺, Σ v·v⁺ and Σ w·w⁺ for windows (kh, kw, C), ⁺ being `down` ≥ 0 rows and `across` columns further on."""
    uu = vv = ww = 0.0
    for a in range(u.shape[0] - down):
        for b in range(max(0, -across), min(u.shape[1], u.shape[1] - across)):
            for c in range(u.shape[2]):
                uu += u[a, b, c] * u[a + down, b + across, c]
                vv += v[a, b, c] * v[a + down, b + across, c]
                ww += w[a, b, c] * w[a + down, b + across, c]
    return uu, vv, ww


@njit(cache=True, nogil=True)
def _angle(u, v):
    """|v − u|² and |v + u|² of two units, and the sine of the angle between them, right near 0 and π."""
    apart = together = 0.0
    for a in range(u.shape[0]):
        for b in range(u.shape[1]):
            for c in range(u.shape[2]):
                apart += (v[a, b, c] - u[a, b, c]) ** 2
                together += (v[a, b, c] + u[a, b, c]) ** 2
    return apart, together, 0.5 * np.sqrt(apart * together)


@njit(cache=True, nogil=True)
def overlap_trace(units, stride):
    """Σ over ordered pairs j ≠ l of tr(D_jᵀ B_jl D_l)·2π, B_jl the two-direction second moment at unit scale.

    units (rows, columns, kh, kw, C) holds the unit windows. Only windows that overlap enter. With S = D_l D_jᵀ the
    trace of a pair is tr(B S) (the part of B along the identity has no trace off the diagonal), and with δ = v − u, τ =
    u + v, cos θ = 1 − |δ|²/2 = |τ|²/2 − 1, sin θ = |δ||τ|/2 it equals both forms below, the first of which keeps its
    digits near θ = 0 and the second near θ = π:

        [½|δ|² (uᵀSu + vᵀSv) − δᵀSδ] / sin θ  =  [τᵀSτ − ½|τ|² (uᵀSu + vᵀSv)] / sin θ

    Zero windows and padding need no care: each product has a factor that lies on the shared pixel or further out.
    """
    rows, columns, kernel_rows, kernel_columns, channels = units.shape
    reach_rows, reach_columns = (kernel_rows - 1) // stride[0], (kernel_columns - 1) // stride[1]
    near = np.empty((kernel_rows, kernel_columns, channels))
    total = 0.0
    for row_step in range(0, reach_rows + 1):
        for column_step in range(-reach_columns if row_step else 1, reach_columns + 1):
            down, across = row_step * stride[0], column_step * stride[1]
            subtotal = 0.0
            for r in range(rows - row_step):
                for q in range(max(0, -column_step), min(columns, columns - column_step)):
                    u, v = units[r, q], units[r + row_step, q + column_step]
                    apart, together, sine = _angle(u, v)
                    if sine == 0.0:  # θ = 0 or π: the rank-two part is 0
                        continue
                    sign = 1.0 if apart <= together else -1.0
                    for a in range(kernel_rows):
                        for b in range(kernel_columns):
                            for c in range(channels):
                                near[a, b, c] = v[a, b, c] - sign * u[a, b, c]
                    uu, vv, nn = _shifted_products(u, v, near, down, across)
                    subtotal += sign * (0.5 * min(apart, together) * (uu + vv) - nn) / sine
            total += subtotal
    return 2.0 * total


@njit(cache=True, nogil=True)
def overlap_diagonal(units, stride, out):
    """Add to out (H, W, C) the diagonal of Σ over ordered pairs j ≠ l of D_jᵀ B_jl D_l·2π.

    units are those of `overlap_trace`; H and W are those of the image with its zeros around it. An entry that lies at a
    in window j and at b in window l gets [½|δ|²(u_a u_b + v_a v_b) − δ_a δ_b]/sin θ, or the same in τ with the other
    sign: B's part along the identity has a ≠ b, and gives nothing.
    """
    rows, columns, kernel_rows, kernel_columns, channels = units.shape
    reach_rows, reach_columns = (kernel_rows - 1) // stride[0], (kernel_columns - 1) // stride[1]
    for row_step in range(0, reach_rows + 1):
        for column_step in range(-reach_columns if row_step else 1, reach_columns + 1):
            down, across = row_step * stride[0], column_step * stride[1]
            for r in range(rows - row_step):
                for q in range(max(0, -column_step), min(columns, columns - column_step)):
                    u, v = units[r, q], units[r + row_step, q + column_step]
                    apart, together, sine = _angle(u, v)
                    if sine == 0.0:
                        continue
                    sign = 1.0 if apart <= together else -1.0
                    half, scale = 0.5 * min(apart, together), 2.0 * sign / sine
                    for a in range(kernel_rows - down):
                        for b in range(max(0, -across), min(kernel_columns, kernel_columns - across)):
                            y, x = (r + row_step) * stride[0] + a, (q + column_step) * stride[1] + b
                            for c in range(channels):
                                u_a, v_a = u[a + down, b + across, c], v[a + down, b + across, c]
                                u_b, v_b = u[a, b, c], v[a, b, c]
                                tilted = (v_a - sign * u_a) * (v_b - sign * u_b)
                                out[y, x, c] += scale * (half * (u_a * u_b + v_a * v_b) - tilted)
