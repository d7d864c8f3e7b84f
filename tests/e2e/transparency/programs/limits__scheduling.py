import os
print(os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0))
print(open("/proc/self/cgroup").read())
print(open("/proc/self/timerslack_ns").read())
