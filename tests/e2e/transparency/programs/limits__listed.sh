ulimit -a
nice
