"""Lets real calendar programs subscribe to a register of their own on this machine, and prints what each one did."""
