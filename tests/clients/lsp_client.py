"""Speaks to `copydesk lsp` with an independent client library.

    pip install pygls
    python tests/clients/lsp_client.py target/release/copydesk

Prints what it saw; fails when the seed article has no findings, or an edit does not take one away.
"""

import asyncio
import sys
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.client import BaseLanguageClient

SEED = Path(__file__).parents[2] / "fixtures" / "articles" / "seed.txt"


async def main(program: str) -> None:
    client = BaseLanguageClient("copydesk-test", "1")
    published: asyncio.Queue = asyncio.Queue()

    @client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def _(params: lsp.PublishDiagnosticsParams) -> None:
        published.put_nowait(params)

    @client.feature(lsp.WORKSPACE_CONFIGURATION)
    def _(params: lsp.ConfigurationParams) -> list:
        return [None for _ in params.items]

    @client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
    def _(params: lsp.RegistrationParams) -> None:
        print("registers", [r.method for r in params.registrations])

    await client.start_io(program, "lsp")
    hello = await client.initialize_async(
        lsp.InitializeParams(
            capabilities=lsp.ClientCapabilities(
                general=lsp.GeneralClientCapabilities(position_encodings=[lsp.PositionEncodingKind.Utf16]),
                workspace=lsp.WorkspaceClientCapabilities(
                    configuration=True,
                    did_change_watched_files=lsp.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
                ),
            ),
            root_uri=SEED.parent.as_uri(),
        )
    )
    print("server", hello.server_info.name, hello.server_info.version, hello.capabilities.position_encoding)
    client.initialized(lsp.InitializedParams())
    uri = SEED.as_uri()
    text = SEED.read_text(encoding="utf-8")
    client.text_document_did_open(
        lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri=uri, language_id="plaintext", version=1, text=text))
    )
    first = await asyncio.wait_for(published.get(), 20)
    for found in first.diagnostics[:5]:
        start = found.range.start
        print(f"{start.line + 1}:{start.character + 1} {found.severity.name} {found.code}: {found.message}")
    print(len(first.diagnostics), "diagnostics of version", first.version)
    stop = next(d for d in first.diagnostics if d.code == "stray-full-stop")
    document = lsp.TextDocumentIdentifier(uri)
    hover = await client.text_document_hover_async(lsp.HoverParams(document, stop.range.start))
    print("hover:", hover.contents.value.splitlines()[0])
    context = lsp.CodeActionContext([stop])
    actions = await client.text_document_code_action_async(lsp.CodeActionParams(document, stop.range, context))
    for action in actions:
        print("action:", action.title)
    fix = next(a for a in actions if a.edit is not None)
    change = fix.edit.changes[uri][0]
    edit = lsp.TextDocumentContentChangePartial(range=change.range, text=change.new_text)
    client.text_document_did_change(
        lsp.DidChangeTextDocumentParams(lsp.VersionedTextDocumentIdentifier(version=2, uri=uri), [edit])
    )
    second = await asyncio.wait_for(published.get(), 20)
    print(len(second.diagnostics), "diagnostics of version", second.version)
    assert second.version == 2 and len(second.diagnostics) == len(first.diagnostics) - 1
    await client.shutdown_async(None)
    client.exit(None)
    await asyncio.sleep(0.2)
    print("ok")


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "copydesk"))
