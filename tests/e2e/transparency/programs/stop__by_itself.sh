# when stopped: continue
echo before
kill -STOP $$
echo after
exit 2
