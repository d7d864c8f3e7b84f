# stage: pipe
# copies: 4
i=0
while [ $i -lt 2000 ]; do echo "$KIT_INDEX $i"; i=$((i+1)); done
exit $KIT_INDEX
