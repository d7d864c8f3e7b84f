ulimit -c 0
kill -SEGV $$
sleep 5
