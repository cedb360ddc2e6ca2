"""Speaks to `copydesk mcp` with the reference client library.

    pip install mcp
    python tests/clients/mcp_client.py target/release/copydesk

Prints what it saw; fails when a tool does not return what its schema says (the library validates it) or finds nothing.
"""

import asyncio
import sys
from pathlib import Path

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

SEED = Path(__file__).parents[2] / "fixtures" / "articles" / "seed.txt"


async def main(program: str) -> None:
    server = StdioServerParameters(command=program, args=["mcp"])
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        hello = await session.initialize()
        info = hello.model_dump(by_alias=True)
        print("protocol", info["protocolVersion"], "server", info["serverInfo"]["name"], info["serverInfo"]["version"])
        await session.send_ping()
        for tool in (await session.list_tools()).tools:
            print("tool", tool.name, "-", tool.description.split(":")[0])

        async def call(tool: str, /, **arguments: object) -> dict:
            result = (await session.call_tool(tool, arguments)).model_dump(by_alias=True)
            assert not result["isError"], result
            print(tool, "→", result["content"][0]["text"].splitlines()[0])
            return result["structuredContent"]

        report = await call("check", path=str(SEED))
        found = report["documents"][0]["findings"]
        assert any(f["rule"] == "stray-full-stop" and f["quote"] == "war. in" for f in found), found
        same = await call("check", text=SEED.read_text(encoding="utf-8"), format="plain")
        assert same["documents"][0]["findings"] == found
        assert (await call("explain", rule="stray-full-stop"))["severity"] == "major"
        assert (await call("names_lookup", name="Richard Huss"))["known"]

        wrong = (await session.call_tool("explain", {"rule": "stray-ful-stop"})).model_dump(by_alias=True)
        assert wrong["isError"] and "did you mean" in wrong["content"][0]["text"], wrong
        print("a wrong rule →", wrong["content"][0]["text"])
        try:
            await session.call_tool("chek", {})
        except Exception as error:  # noqa: BLE001 - the library has renamed its exception before
            print("a wrong tool →", error)
        else:
            raise AssertionError("a tool that is not there was called")
    print("ok")


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "copydesk"))
