# ignore: HUP QUIT USR2
while read -r name value; do case $name in SigBlk:|SigIgn:) echo "$name $value";; esac; done </proc/$$/status
grep SigIgn /proc/self/status
