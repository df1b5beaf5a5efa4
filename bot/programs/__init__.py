"""Access to the engine for other programs: HTTP API, Gradio client endpoints and MCP server.

All of them call one `Service` and return the JSON that `bot.contract` defines.
"""

API_PREFIX = "/api/v1"
MCP_PATH = "/mcp"
