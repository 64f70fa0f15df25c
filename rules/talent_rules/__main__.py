"""`python -m talent_rules` is `talent`."""

from talent_rules.cli import main

main()
