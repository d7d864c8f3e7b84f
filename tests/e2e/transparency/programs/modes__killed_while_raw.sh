# stage: terminal
stty raw
kill -KILL $$
