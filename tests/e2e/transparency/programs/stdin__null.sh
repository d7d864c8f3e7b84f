# stdin: null
wc -c
