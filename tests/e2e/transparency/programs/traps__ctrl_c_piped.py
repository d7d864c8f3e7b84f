# stage: terminal
# pipe: 1 2
# when ready: keys \x03
# Output in pipes, keys still a terminal's: Ctrl-C must come, and once.
import os, signal, time
count = 0
def note(number, frame):
    global count
    count += 1
signal.signal(signal.SIGINT, note)
os.write(1, b"ready\n")
while not count:
    time.sleep(0.01)
time.sleep(0.1)
os.write(1, b"times=%d\n" % count)
