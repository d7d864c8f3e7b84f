# args: ["one", "two three"]
print(open("/proc/self/cmdline", "rb").read().split(b"\0")[-3:])
