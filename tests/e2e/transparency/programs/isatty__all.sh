for fd in 0 1 2; do if [ -t $fd ]; then echo "$fd yes"; else echo "$fd no"; fi; done
