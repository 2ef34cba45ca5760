/** The pages of the rules. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as vscode from "vscode";
import type { Program } from "./program";

/** A rule as `javert rules` lists it. */
export interface Rule {
  group: string;
  name: string;
  level: string;
  summary: string;
}

/** All rules that a program knows, in its order. */
export async function listRules(program: Program): Promise<Rule[]> {
  const { stdout } = await promisify(execFile)(program.command, [...program.arguments, "rules"]);
  return readRules(stdout);
}

export function readRules(listed: string): Rule[] {
  const lines = listed.matchAll(/^(?<group>\S+) +(?<name>\S+) +(?<level>\S+) +(?<summary>.+)$/gm);
  return Array.from(lines, (line) => ({ group: "", name: "", level: "", summary: "", ...line.groups }));
}

/** Lets the user choose a rule: first those that found something where the cursor is. */
export async function chooseRule(rules: Rule[]): Promise<string | undefined> {
  const here = new Set(rulesAtCursor());
  const item = (rule: Rule) => ({ label: rule.name, description: `${rule.group} · ${rule.level}`, detail: rule.summary });
  const [first, others] = [rules.filter(({ name }) => here.has(name)), rules.filter(({ name }) => !here.has(name))];
  const items = [...first, ...others].map(item);
  const chosen = await vscode.window.showQuickPick(items, {
    title: "Which rule?",
    matchOnDetail: true,
  });
  return chosen?.label;
}

function rulesAtCursor(): string[] {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return [];
  const found = vscode.languages.getDiagnostics(editor.document.uri);
  const here = found.filter(({ source, range }) => source === "javert" && range.intersection(editor.selection));
  return here.map(({ code }) => String(typeof code === "object" ? code.value : code));
}

/** Shows a rule's page, which the server knows. */
export async function showRule(rule: string): Promise<void> {
  const page = vscode.Uri.from({ scheme: "javert", path: `/rules/${rule}.md` });
  try {
    await vscode.commands.executeCommand("markdown.showPreview", page);
  } catch {
    // The editor's own Markdown extension may be switched off.
    await vscode.window.showTextDocument(page);
  }
}
