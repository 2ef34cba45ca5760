/** The bundled extension in an editor that is ours, with the real program. */
import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { Editor, type Open, type Workspace } from "./editor.mts";
import { HELP, JAVERT, scratchSite } from "./site.mts";

async function start(context: TestContext, more: Partial<Workspace> = {}): Promise<Editor> {
  const editor = new Editor({ folder: HELP, settings: { "javert.path": JAVERT }, isSite: true, ...more });
  context.after(() => editor.deactivate());
  await editor.activate();
  return editor;
}

const codes = (editor: Editor, uri: Parameters<Editor["findings"]>[0]) =>
  editor.findings(uri).map(({ code }) => (typeof code === "object" ? code.value : code));

test("a page that is opened gets its findings, and others theirs", async (context) => {
  const editor = await start(context);
  const page = editor.open("content/ja/start/mobile.md");
  await editor.until("the page has findings", () => editor.findings(page.uri).length > 0);
  assert.ok(codes(editor, page.uri).includes("broken-anchor"), String(codes(editor, page.uri)));
  await editor.until("other pages have theirs", () => editor.filesWithFindings().length > 5);
  assert.ok(editor.findings(page.uri).every(({ source }) => source === "javert"));
});

test("what is typed counts before it is saved", async (context) => {
  const editor = await start(context);
  const page = editor.open("content/ja/start/mobile.md");
  await editor.until("the page has findings", () => codes(editor, page.uri).includes("broken-anchor"));
  editor.type(page, page.getText().replace("#login_keitai", ""));
  await editor.until("the finding is gone", () => !codes(editor, page.uri).includes("broken-anchor"));
});

test("without the program the user is told what to do, on a Hugo site", async (context) => {
  const editor = await start(context, { settings: { "javert.path": "/nowhere/javert" } });
  await editor.until("the user is told", () => editor.messages.length > 0);
  assert.deepEqual(editor.messages, ["The setting javert.path says `/nowhere/javert`, but no such program is there."]);
  editor.set("javert.path", JAVERT);
  const page = editor.open("content/ja/start/mobile.md");
  await editor.until("it starts with the new setting", () => editor.findings(page.uri).length > 0);
});

test("without the program nobody is bothered elsewhere, until they ask", async (context) => {
  const editor = await start(context, { settings: { "javert.path": "no-such-javert" }, isSite: false });
  assert.deepEqual(editor.messages, []);
  await editor.run("javert.restartServer");
  assert.deepEqual(editor.messages, ["The setting javert.path says `no-such-javert`, but no such program is on PATH."]);
});

test("the program is found on PATH", async (context) => {
  const folder = scratchSite();
  mkdirSync(join(folder, "bin"));
  const program = join(folder, "bin", process.platform === "win32" ? "javert.exe" : "javert");
  copyFileSync(JAVERT, program);
  chmodSync(program, 0o755);
  const path = process.env.PATH;
  process.env.PATH = join(folder, "bin");
  context.after(() => (process.env.PATH = path));
  const editor = await start(context, { settings: {} });
  assert.ok(editor.log.some((line) => line === `info: Starting ${program} lsp`), editor.log.join("\n"));
});

test("another program may run Javert", async (context) => {
  const folder = scratchSite();
  const wrapper = join(folder, "wrapper.mjs");
  writeFileSync(wrapper, `
    import { spawn } from "node:child_process";
    spawn(process.argv[2], process.argv.slice(3), { stdio: "inherit" }).on("exit", (code) => process.exit(code ?? 2));
  `);
  const settings = { "javert.path": process.execPath, "javert.arguments": [wrapper, JAVERT] };
  const editor = await start(context, { folder, settings });
  const page = editor.open("content/ja/start/mobile.md");
  await editor.until("the page has findings", () => editor.findings(page.uri).length > 0);
});

test("it can be switched off and on", async (context) => {
  const editor = await start(context);
  const page = editor.open("content/ja/start/mobile.md");
  await editor.until("the page has findings", () => editor.findings(page.uri).length > 0);
  editor.set("javert.enable", false);
  await editor.until("the findings are gone", () => editor.findings(page.uri).length === 0);
  editor.set("javert.enable", true);
  await editor.until("they are back", () => editor.findings(page.uri).length > 0);
});

test("a server that is started anew says the same", async (context) => {
  const editor = await start(context);
  const page = editor.open("content/ja/start/mobile.md");
  await editor.until("the page has findings", () => editor.findings(page.uri).length > 0);
  const before = codes(editor, page.uri);
  await editor.run("javert.restartServer");
  await editor.until("they are back", () => editor.findings(page.uri).length > 0);
  assert.deepEqual(codes(editor, page.uri), before);
});

test("a check of the whole site is a task", async (context) => {
  const editor = await start(context);
  await editor.run("javert.checkSite");
  const [offered] = editor.taskProviders.get("javert")?.provideTasks();
  for (const task of [editor.tasks[0], offered]) {
    assert.equal(task.execution.process, JAVERT);
    assert.deepEqual(task.execution.args, ["check", "--output-format", "concise"]);
    assert.equal(task.execution.options.cwd, HELP);
    assert.equal(task.problemMatchers, "$javert");
  }
  const definition = { type: "javert", path: "content/ja/login", arguments: ["--select", "links"] };
  const made = editor.taskProviders.get("javert")?.resolveTask({ definition, scope: 2 });
  assert.equal(made.definition, definition);
  assert.deepEqual(made.execution.args, ["check", "--output-format", "concise", "--select", "links", "content/ja/login"]);
});

test("the log can be shown", async (context) => {
  const editor = await start(context);
  await editor.run("javert.showLog");
  assert.ok(editor.log.some((line) => line.startsWith("shown:")));
});

test("a finding's rule comes first when one is to be explained", async (context) => {
  const editor = await start(context);
  const page = editor.open("content/ja/start/mobile.md");
  await editor.until("the page has findings", () => codes(editor, page.uri).includes("broken-anchor"));
  const found = editor.findings(page.uri).find(({ code }) => (typeof code === "object" ? code.value : code) === "broken-anchor");
  assert.ok(found);
  editor.select(found.range.start.line, found.range.start.character);
  let offered: string[] = [];
  editor.choices.push((items) => {
    offered = items.map(({ label }) => label);
    return items[0];
  });
  await editor.run("javert.explainRule");
  assert.equal(offered[0], "broken-anchor");
  assert.ok(offered.length > 50);
  const [command, uri] = editor.executed.at(-1) as [string, Open["uri"]];
  assert.equal(command, "markdown.showPreview");
  const text = await editor.contents.get(uri.scheme)?.provideTextDocumentContent(uri, { isCancellationRequested: false });
  assert.ok(text.startsWith("# broken-anchor\n"), text);
});

test("a page is shown as one reader sees it, and follows what is typed", async (context) => {
  const editor = await start(context);
  const page = editor.open("content/ja/admin/mail.md");
  let offered: string[] = [];
  editor.choices.push((items) => {
    offered = items;
    return "US";
  });
  await editor.run("javert.showAsReader");
  assert.deepEqual(offered, ["CN", "JP", "US"]);
  const { shown } = editor;
  assert.ok(shown);
  assert.ok(shown.uri.path.endsWith("/mail (US).txt"), shown.uri.path);
  assert.ok(shown.getText().includes("管理画面で変更できます"), shown.getText());
  assert.ok(!shown.getText().includes("変更できません"), shown.getText());
  let changed = false;
  const views = editor.contents.get(shown.uri.scheme);
  views?.onDidChange?.(() => (changed = true));
  editor.type(page, `${page.getText()}\n## New\n`);
  await editor.until("the view is to be read anew", () => changed);
  const text = await views?.provideTextDocumentContent(shown.uri, {});
  assert.match(text, /^New$/m);
});
