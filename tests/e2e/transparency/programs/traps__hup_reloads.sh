# when ready: signal HUP
# when reloaded: signal INT
trap 'echo reloaded' HUP
trap 'echo interrupted; exit 9' INT
echo ready
while :; do sleep 0.02; done
