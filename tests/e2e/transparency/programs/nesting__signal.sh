# when ready: signal TERM
exec $KIT_WRAPPER sh -c 'trap "echo inner trap; exit 7" TERM; echo ready; while :; do sleep 0.02; done'
