"""A second, independent computation of the monthly audit, used to test the first."""
