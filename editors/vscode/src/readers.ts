/** A page as the readers of one edition see it, as a document that follows the page. */
import * as vscode from "vscode";
import { RequestType, type LanguageClient, type TextDocumentIdentifier } from "vscode-languageclient/node";

/** The scheme of such documents. */
export const SCHEME = "javert-reader";

/** A page is shown anew when nothing was typed for so many milliseconds. */
const PAUSE = 300;

interface Question {
  textDocument: TextDocumentIdentifier;
  /** The first without it. */
  edition?: string;
}

interface Projection {
  text: string;
  edition: string;
  /** All there are. */
  editions: string[];
  /** Whether these readers do not see the page at all. */
  hidden: boolean;
}

const PROJECTION = new RequestType<Question, Projection, void>("javert/projection");

export class ReaderViews implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly listening: vscode.Disposable;
  private due: NodeJS.Timeout | undefined;

  constructor(private readonly running: () => LanguageClient | undefined) {
    this.listening = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.scheme !== SCHEME) this.refreshLater();
    });
  }

  /** Asks for whom, and shows the page in the active editor beside it. */
  async show(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor || editor.document.uri.scheme !== "file") {
      void vscode.window.showInformationMessage("Open a page of a site first.");
      return;
    }
    const page = editor.document.uri;
    const client = this.running();
    if (!client) return;
    let editions: string[];
    try {
      ({ editions } = await this.ask(client, page));
    } catch (error) {
      void vscode.window.showErrorMessage(`Javert: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    const title = "Whose page is to be shown?";
    const edition = editions.length > 1 ? await vscode.window.showQuickPick(editions, { title }) : editions[0];
    if (edition === undefined) return;
    const document = await vscode.workspace.openTextDocument(viewOf(page, edition));
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  async provideTextDocumentContent(view: vscode.Uri): Promise<string> {
    const { page, edition } = shownIn(view);
    const client = this.running();
    if (!client) return "";
    const projection = await this.ask(client, page, edition);
    return projection.hidden ? `(${edition}: these readers do not see this page)\n` : projection.text;
  }

  dispose(): void {
    clearTimeout(this.due);
    this.listening.dispose();
    this.changed.dispose();
  }

  private ask(client: LanguageClient, page: vscode.Uri, edition?: string): Promise<Projection> {
    const textDocument = { uri: client.code2ProtocolConverter.asUri(page) };
    return client.sendRequest(PROJECTION, edition === undefined ? { textDocument } : { textDocument, edition });
  }

  private refreshLater(): void {
    clearTimeout(this.due);
    this.due = setTimeout(() => {
      // An edit of any file may matter: of a template, or of the configuration.
      const views = vscode.workspace.textDocuments.filter((document) => document.uri.scheme === SCHEME);
      views.forEach((document) => this.changed.fire(document.uri));
    }, PAUSE);
  }
}

function viewOf(page: vscode.Uri, edition: string): vscode.Uri {
  const query = new URLSearchParams({ page: page.toString(), edition }).toString();
  return vscode.Uri.from({ scheme: SCHEME, path: page.path.replace(/(\.[^./]*)?$/, ` (${edition}).txt`), query });
}

function shownIn(view: vscode.Uri): { page: vscode.Uri; edition: string } {
  const query = new URLSearchParams(view.query);
  return { page: vscode.Uri.parse(query.get("page") ?? "", true), edition: query.get("edition") ?? "" };
}
