$KIT_WRAPPER sh -c 'echo inner; exit 13'
echo "$?"
