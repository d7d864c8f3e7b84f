# A wait for any child finds the command's own children only.
sleep 0.01 &
wait
echo "$?"
[ "$(ps -o pid= --ppid $$ | grep -c .)" -le 2 ] && echo "no strangers"
