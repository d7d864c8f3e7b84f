# when ready: signal TERM
# What is sent to the command is not sent to its children.
import os, signal, sys, time
child = os.fork()
if not child:
    time.sleep(0.3)
    os._exit(21)
def stop(number, frame):
    os.write(1, b"child %d\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    os._exit(5)
signal.signal(signal.SIGTERM, stop)
os.write(1, b"ready\n")
time.sleep(5)
