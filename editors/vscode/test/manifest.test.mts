/** What package.json promises is what the extension does. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { promisify } from "node:util";
import { Editor, MANIFEST } from "./editor.mts";
import { HELP, JAVERT } from "./site.mts";

const run = promisify(execFile);
const { contributes } = MANIFEST;

test("commands, settings and tasks are those of package.json", async () => {
  const editor = new Editor({ folder: HELP, settings: { "javert.path": "/nowhere/javert" }, isSite: false });
  await editor.activate();
  const promised = contributes.commands.map(({ command }: { command: string }) => command);
  assert.deepEqual([...editor.commands.keys()].sort(), promised.toSorted());
  const tasks = contributes.taskDefinitions.map(({ type }: { type: string }) => type);
  assert.deepEqual([...editor.taskProviders.keys()], tasks);
  const own = [...editor.asked].filter((name) => name.startsWith("javert."));
  // The client itself reads how much it is to trace.
  const settings = Object.keys(contributes.configuration.properties).filter((name) => name !== "javert.trace.server");
  assert.deepEqual(own.sort(), settings.sort());
  await editor.deactivate();
});

test("every setting that starts a program is left alone in a folder that is not trusted", () => {
  const restricted = MANIFEST.capabilities.untrustedWorkspaces.restrictedConfigurations;
  assert.deepEqual(restricted, ["javert.path", "javert.arguments"]);
  const settings = contributes.configuration.properties;
  assert.deepEqual(restricted.map((name: string) => settings[name].scope), ["machine-overridable", "machine-overridable"]);
});

test("menus name commands that there are", () => {
  const promised = new Set(contributes.commands.map(({ command }: { command: string }) => command));
  const menus: { command: string }[] = Object.values(contributes.menus as Record<string, { command: string }[]>).flat();
  assert.deepEqual(menus.filter(({ command }) => !promised.has(command)), []);
});

test("the problem matcher reads every line of a check", async () => {
  const { stdout } = await run(JAVERT, ["check", "--output-format", "concise", "--exit-zero"], { cwd: HELP });
  const json = await run(JAVERT, ["check", "--output-format", "json", "--exit-zero"], { cwd: HELP, maxBuffer: 1 << 26 });
  const { pattern } = contributes.problemMatchers[0];
  const regexp = new RegExp(pattern.regexp);
  const read = stdout.trim().split("\n").map((line) => {
    const match = regexp.exec(line);
    assert.ok(match, `not read: ${line}`);
    const group = (name: string) => match[pattern[name]] ?? "";
    assert.ok(existsSync(`${HELP}/${group("file")}`), line);
    assert.ok(group("message").length > 0, line);
    return [group("severity"), group("code"), Number(group("line")), Number(group("column"))];
  });
  const { diagnostics } = JSON.parse(json.stdout);
  assert.deepEqual(read, diagnostics.map(({ level, rule, line, column }: any) => [level, rule, line, column]));
  assert.ok(read.length > 20);
});

test("README names every command and setting", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const commands = contributes.commands.map(({ category, title }: any) => `${category}: ${title}`);
  const missing = [...commands, ...Object.keys(contributes.configuration.properties)].filter((name) => !readme.includes(name));
  assert.deepEqual(missing, []);
});

test("the licences of the project are those of the extension", () => {
  const names = readdirSync(new URL("..", import.meta.url)).filter((name) => name.startsWith("LICENSE-"));
  assert.deepEqual(names.sort(), ["LICENSE-APACHE", "LICENSE-MIT"]);
  for (const name of names) {
    const text = (folder: string) => readFileSync(new URL(`${folder}${name}`, import.meta.url), "utf8");
    assert.equal(text("../"), text("../../../"), name);
  }
});
