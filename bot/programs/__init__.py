"""The engine for other programs: an HTTP API, Gradio client endpoints and an MCP server.

All of them ask one `Service`, and what they give is what `bot.contract` says.
"""

API_PREFIX = "/api/v1"
MCP_PATH = "/mcp"
