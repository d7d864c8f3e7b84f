cat /proc/self/oom_score_adj
grep Cpus_allowed_list /proc/self/status
grep -E '^(Uid|Gid|Groups|CapEff|NoNewPrivs|Seccomp):' /proc/self/status
