/** The client side of the protocol, as its authors wrote it, talks to the real program on standard input and output. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import {
  CodeActionRequest,
  createProtocolConnection,
  DiagnosticSeverity,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type CodeAction,
  type Diagnostic,
} from "vscode-languageserver-protocol/node";
import { HELP, JAVERT } from "./site.mts";

test("a page is opened, has findings, and one is mended", async () => {
  const program = spawn(JAVERT, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(program, "exit");
  const connection = createProtocolConnection(new StreamMessageReader(program.stdout), new StreamMessageWriter(program.stdin));
  const page = join(HELP, "content/ja/start/mobile.md");
  const uri = pathToFileURL(page).toString();
  const found = new Promise<Diagnostic[]>((resolve) => {
    connection.onNotification(PublishDiagnosticsNotification.type, (said) => {
      if (said.uri === uri && said.diagnostics.length > 0) resolve(said.diagnostics);
    });
  });
  connection.listen();

  const root = pathToFileURL(HELP).toString();
  const { capabilities, serverInfo } = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: root,
    workspaceFolders: [{ uri: root, name: "help" }],
    capabilities: { textDocument: { publishDiagnostics: { relatedInformation: true } } },
  });
  assert.equal(serverInfo?.name, "javert");
  assert.equal(capabilities.positionEncoding, "utf-16");
  await connection.sendNotification(InitializedNotification.type, {});

  const text = readFileSync(page, "utf8");
  const textDocument = { uri, languageId: "markdown", version: 1, text };
  await connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  const diagnostics = await found;
  const wrong = diagnostics.find(({ code }) => code === "wrong-case-link");
  assert.ok(wrong, JSON.stringify(diagnostics));
  assert.equal(wrong.severity, DiagnosticSeverity.Error);
  assert.deepEqual(wrong.range, { start: { line: 7, character: 24 }, end: { line: 7, character: 50 } });
  const broken = diagnostics.find(({ code }) => code === "broken-anchor");
  assert.deepEqual(broken?.relatedInformation?.map(({ message }) => message), ["this anchor is only for JP"]);

  const context = { diagnostics: [wrong] };
  const actions = await connection.sendRequest(CodeActionRequest.type, { textDocument, range: wrong.range, context });
  const fix = actions?.find((action): action is CodeAction => "isPreferred" in action && action.isPreferred === true);
  assert.deepEqual(fix?.edit?.changes?.[uri]?.map(({ newText }) => newText), ["/guide/ja/start/first.html"]);

  await connection.sendRequest(ShutdownRequest.type);
  await connection.sendNotification(ExitNotification.type);
  assert.deepEqual(await ended, [0, null]);
});
