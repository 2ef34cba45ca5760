/** Where the editor begins and ends with us. */
import * as vscode from "vscode";
import { check, Checks, TASK } from "./checks";
import { ReaderViews, SCHEME } from "./readers";
import { chooseRule, listRules, showRule } from "./rules";
import { Server, STARTING } from "./server";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Javert", { log: true });
  const own = new Server(log, siteFiles(context.extension.packageJSON), showRule);
  server = own;
  const views = new ReaderViews(() => own.running());
  context.subscriptions.push(
    log,
    own,
    views,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, views),
    vscode.tasks.registerTaskProvider(TASK, new Checks()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (STARTING.some((name) => change.affectsConfiguration(name))) void own.start(true);
    }),
    vscode.commands.registerCommand("javert.restartServer", () => own.start(true)),
    vscode.commands.registerCommand("javert.showLog", () => log.show()),
    vscode.commands.registerCommand("javert.explainRule", (rule?: unknown) => explain(own, rule)),
    vscode.commands.registerCommand("javert.showAsReader", () => views.show()),
    vscode.commands.registerCommand("javert.checkSite", () => checkSite(own)),
  );
  await own.start(false);
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** What our manifest says that a site has, as globs. */
function siteFiles(manifest: { activationEvents: string[] }): string[] {
  const prefix = "workspaceContains:";
  return manifest.activationEvents.filter((event) => event.startsWith(prefix)).map((event) => event.slice(prefix.length));
}

async function explain(server: Server, rule: unknown): Promise<void> {
  if (!server.running()) return;
  const program = await server.program();
  if (!program) return;
  const name = typeof rule === "string" ? rule : await chooseRule(await listRules(program));
  if (name !== undefined) await showRule(name);
}

async function checkSite(server: Server): Promise<void> {
  const program = await server.program();
  const folder = program && (await chooseFolder());
  if (folder) await vscode.tasks.executeTask(check({ type: TASK }, folder, program));
}

async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) void vscode.window.showInformationMessage("Open the folder of a site first.");
  return folders.length > 1 ? vscode.window.showWorkspaceFolderPick() : folders[0];
}
