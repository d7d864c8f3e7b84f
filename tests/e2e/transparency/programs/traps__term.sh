# when ready: signal TERM
trap 'echo cleaned up; exit 5' TERM
echo ready
while :; do sleep 0.02; done
