"""What theory refuses."""


class Precondition(ValueError):
    """The theory, or an operation, does not apply to this picture with these settings; one line says why.

    Any other ValueError is a defect, of the caller or of ours.
    """
