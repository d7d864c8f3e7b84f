# leaves: yes
# args: ["1.6"]
# when ended: note fate

import os, signal, sys, time
def leave(detach):
    if os.fork():
        return
    if detach:
        os.setsid()
        if os.fork():
            os._exit(0)
    time.sleep(0.2 if len(sys.argv) < 2 else float(sys.argv[1]))
    try:
        os.write(1, b"")
        verdict = "lives"
    except OSError as error:
        verdict = f"errno {error.errno}"
    with open("fate.new", "w") as stream:
        stream.write(verdict)
    os.rename("fate.new", "fate")
    os._exit(0)

leave(True)
print("started", flush=True)
