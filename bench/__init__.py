"""How fast the register is, beside how fast it could be; `make bench` prints ratios of one alternating run."""
