# pipe: 2
# Both streams, each whole and in its own order.
i=0
while [ $i -lt 300 ]; do echo "out $i"; echo "err $i" >&2; i=$((i+1)); done
