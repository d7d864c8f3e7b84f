# stage: pipe
echo before
exec >&-
echo lost 2>/dev/null || echo "write failed" >&2
exit 8
