"""`python -m svc`, the same program as `svc`."""

from svc.cli import main

main()
