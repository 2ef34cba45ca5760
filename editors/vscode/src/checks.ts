/** `javert check` as a task. */
import * as vscode from "vscode";
import type { Program } from "./program";
import { wanted } from "./server";

/** The type of our tasks. */
export const TASK = "javert";

/** A task in tasks.json. */
interface Definition extends vscode.TaskDefinition {
  /** What to check, from the workspace folder. */
  path?: string;
  /** More arguments of `javert check`. */
  arguments?: string[];
}

/** Offers a check of each workspace folder, and makes those that tasks.json describes. */
export class Checks implements vscode.TaskProvider {
  provideTasks(): vscode.Task[] {
    const program = wanted();
    if (typeof program === "string") return [];
    return (vscode.workspace.workspaceFolders ?? []).map((folder) => check({ type: TASK }, folder, program));
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const program = wanted();
    const folder = isFolder(task.scope) ? task.scope : vscode.workspace.workspaceFolders?.[0];
    if (typeof program === "string" || !folder) return undefined;
    // The editor wants the very definition back that it gave.
    return check(task.definition, folder, program);
  }
}

/** The task that checks a folder. */
export function check(definition: Definition, folder: vscode.WorkspaceFolder, program: Program): vscode.Task {
  const { path, arguments: more = [] } = definition;
  const given = ["check", "--output-format", "concise", ...more, ...(path === undefined ? [] : [path])];
  const run = new vscode.ProcessExecution(program.command, [...program.arguments, ...given], { cwd: folder.uri.fsPath });
  const task = new vscode.Task(definition, folder, path === undefined ? "check" : `check ${path}`, TASK, run, `$${TASK}`);
  task.detail = [program.command, ...program.arguments, ...given].join(" ");
  return task;
}

function isFolder(scope: vscode.Task["scope"]): scope is vscode.WorkspaceFolder {
  return typeof scope === "object";
}
