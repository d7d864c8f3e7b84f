echo leaving
exit 0
