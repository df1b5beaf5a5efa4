"""The engine for other programs: an HTTP API, Gradio client endpoints and an MCP server.

In: plain JSON values. Out: plain JSON values, the same by every way.
Open `service` first: `http_api` and `mcp_tools` only translate to it.
"""

API_PREFIX = "/api/v1"
MCP_PATH = "/mcp"
