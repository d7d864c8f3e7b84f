# when first: touch go
echo first
i=0
while [ ! -e go ]; do i=$((i+1)); [ $i -gt 100 ] && { echo late; exit 9; }; sleep 0.02; done
echo seen in time
