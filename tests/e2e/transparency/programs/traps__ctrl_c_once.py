# stage: terminal
# when ready: keys \x03
# when ended: note count
import os, signal, time
count = 0
def note(number, frame):
    global count
    count += 1
signal.signal(signal.SIGINT, note)
os.write(1, b"ready\r\n")
while not count:
    time.sleep(0.01)
time.sleep(0.1)
with open("count.new", "w") as stream:
    stream.write(f"times={count}")
os.rename("count.new", "count")
os.write(1, b"bye\r\n")
