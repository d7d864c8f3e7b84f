# Many numbered lines, and none lost just before the exit.
seq 1 60000
