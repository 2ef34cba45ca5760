/** The language server, and the settings that say how it runs. */
import * as vscode from "vscode";
import { LanguageClient, RevealOutputChannelOn, State, type LanguageClientOptions } from "vscode-languageclient/node";
import { findProgram, type Program } from "./program";

/** The files whose text counts as it is in the editor, saved or not. */
const SELECTOR = [
  { scheme: "file", language: "markdown" },
  { scheme: "file", pattern: "**/javert.toml" },
  { scheme: "file", pattern: "**/{hugo,config,config_*}.{toml,yaml,yml,json}" },
  { scheme: "file", pattern: "**/config/**/*.{toml,yaml,yml,json}" },
  { scheme: "file", pattern: "**/layouts/**" },
];

/** The server's command for a rule's page; it is shown here, rendered. */
const EXPLAIN = "javert.explain";

/** `javert lsp`, for as long as it is wanted. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  /** Starts and stops come one after the other. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: vscode.LogOutputChannel,
    /** What shows that a workspace is a Hugo site, as globs. */
    private readonly siteFiles: readonly string[],
    /** Shows a rule's page. */
    private readonly showRule: (rule: string) => Promise<void>,
  ) {}

  /** The client, if the server runs; otherwise the user is told why it does not. */
  running(): LanguageClient | undefined {
    if (this.client?.state === State.Running) return this.client;
    void vscode.window.showWarningMessage("Javert's server does not run; its log may say why.", "Show Log").then((choice) => {
      if (choice) this.log.show();
    });
    return undefined;
  }

  /** Which program is Javert; if there is none, the user is told what to do. */
  async program(): Promise<Program | undefined> {
    const program = wanted();
    if (typeof program !== "string") return program;
    await this.tell(program);
    return undefined;
  }

  /** Starts the server, or starts it anew, as the settings are now. `asked`: by the user, who wants to know if it fails. */
  start(asked: boolean): Promise<void> {
    return this.next(async () => {
      await this.end();
      if (!setting<boolean>("enable", true)) {
        this.log.info("Switched off by the setting javert.enable.");
        return;
      }
      const program = wanted();
      if (typeof program === "string") {
        this.log.error(program);
        // Markdown is written in many places; only who works on a Hugo site misses us.
        if (asked || (await this.isSite())) void this.tell(program);
        return;
      }
      await this.begin(program);
    });
  }

  stop(): Promise<void> {
    return this.next(() => this.end());
  }

  dispose(): void {
    void this.stop();
  }

  private next(step: () => Promise<void>): Promise<void> {
    this.last = this.last.then(step, step);
    return this.last;
  }

  private async begin(program: Program): Promise<void> {
    const server = { command: program.command, args: [...program.arguments, "lsp"] };
    this.log.info(`Starting ${[server.command, ...server.args].join(" ")}`);
    const options: LanguageClientOptions = {
      documentSelector: SELECTOR,
      // The owner that the problem matcher names: a task then replaces what the server said, and says nothing twice.
      diagnosticCollectionName: "javert",
      outputChannel: this.log,
      traceOutputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      middleware: {
        executeCommand: (command, given, next) =>
          command === EXPLAIN && typeof given[0] === "string" ? this.showRule(given[0]) : next(command, given),
      },
    };
    const client = new LanguageClient("javert", "Javert", server, options);
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      // The client shows it.
      this.log.error(`The server did not start: ${String(error)}`);
    }
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      this.log.warn(`The server did not stop as it should: ${String(error)}`);
    }
  }

  private async isSite(): Promise<boolean> {
    for (const glob of this.siteFiles) {
      if ((await vscode.workspace.findFiles(glob, "**/node_modules/**", 1)).length > 0) return true;
    }
    return false;
  }

  private async tell(message: string): Promise<void> {
    const choice = await vscode.window.showErrorMessage(message, "Open Settings", "Try Again");
    if (choice === "Open Settings") await vscode.commands.executeCommand("workbench.action.openSettings", "javert.path");
    if (choice === "Try Again") await this.start(true);
  }
}

/** The program that the settings name, or a sentence about what is missing. */
export function wanted(): Program | string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const wishes = { path: setting("path", ""), arguments: setting<string[]>("arguments", []), folder };
  return findProgram(wishes, process.env);
}

/** The settings that need the server to start anew. */
export const STARTING = ["javert.enable", "javert.path", "javert.arguments"];

function setting<T>(name: string, otherwise: T): T {
  return vscode.workspace.getConfiguration("javert").get(name, otherwise);
}
