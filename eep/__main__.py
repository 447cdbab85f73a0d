"""``python -m eep``: the command line."""

from eep.cli import main

main()
