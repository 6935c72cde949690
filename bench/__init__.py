"""Performance, as ratios within one run: `make bench NAME=<module>`, JSON=1 for machines."""
