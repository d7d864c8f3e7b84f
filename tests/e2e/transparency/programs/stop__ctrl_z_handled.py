# stage: terminal
# when ready: keys \x1a
# when stopped: continue
# A full-screen program tidies up first, then stops itself.
import os, signal, time
done = False
def tidy(number, frame):
    os.write(1, b"tidied\r\n")
    signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTSTP)
def resumed(number, frame):
    global done
    os.write(1, b"resumed\r\n")
    done = True
signal.signal(signal.SIGTSTP, tidy)
signal.signal(signal.SIGCONT, resumed)
os.write(1, b"ready\r\n")
while not done:
    time.sleep(0.01)
