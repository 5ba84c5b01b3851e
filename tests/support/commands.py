"""The command line, in this process."""

from sims.cli.main import main


def call(capsys, *arguments):
    """Exit status, output, complaints."""
    status = main([str(each) for each in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def refused(capsys, *arguments):
    """The one line with which a command line is refused: status 2, and nothing printed."""
    status, printed, complaint = call(capsys, *arguments)
    assert (status, printed) == (2, ""), (status, printed, complaint)
    assert complaint.count("\n") == 1 and complaint.endswith("\n") and complaint[:-1].isprintable(), complaint
    return complaint


def tree(folder):
    """Every file and folder below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
