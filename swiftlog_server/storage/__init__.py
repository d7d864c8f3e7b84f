"""Log stores: where the frames of runs are kept."""
