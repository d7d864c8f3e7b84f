for line in open("/proc/self/status"):
    if line.startswith(("SigBlk", "SigIgn")):
        # Bits of SIGPIPE and SIGXFSZ are this Python's own.
        name, value = line.split()
        print(name, hex(int(value, 16) & ~(1 << 12 | 1 << 24)))
