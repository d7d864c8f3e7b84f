# stage: pipe
# when ready: signal USR1
# when got 10: signal TERM
import os, signal, time
signal.signal(signal.SIGUSR1, lambda n, f: os.write(1, b"got %d\n" % n))
os.write(1, b"ready\n")
time.sleep(0.3)
time.sleep(10)
