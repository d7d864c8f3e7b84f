"""The HTTP edge: error answers, OpenAPI, limits, headers, access, assembly."""
