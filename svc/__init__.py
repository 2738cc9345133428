"""svc: the command line that runs an after-sales service department."""

__version__ = "0.1.0"
