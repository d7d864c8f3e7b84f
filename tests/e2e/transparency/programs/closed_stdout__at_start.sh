# stage: pipe
# closed: 1
echo lost 2>/dev/null || echo "write failed" >&2
