# stage: pipe
for i in 1 2 3 4; do (seq 1 3000 | sed "s/^/$i /" > part.$i) & done
wait
cat part.1 part.2 part.3 part.4
