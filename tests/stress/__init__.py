"""What takes minutes to show: many writers, many tamperings, processes that are killed. `make stress`."""
