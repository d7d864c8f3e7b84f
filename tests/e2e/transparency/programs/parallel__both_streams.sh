# stage: pipe
# copies: 3
seq 1 5000 & seq 5001 10000 >&2 & wait
