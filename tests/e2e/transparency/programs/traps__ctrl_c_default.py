# stage: terminal
# when ready: keys \x03
import os, signal, time
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.write(1, b"ready\r\n")
time.sleep(5)
