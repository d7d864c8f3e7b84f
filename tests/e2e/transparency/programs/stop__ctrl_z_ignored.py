# stage: terminal
# when ready: keys \x1axyz\r
import os, signal
signal.signal(signal.SIGTSTP, signal.SIG_IGN)
os.write(1, b"ready\r\n")
print(input())
