"""Evidence packs: what the register held on a day and what was done in a period, as files an auditor takes away."""
