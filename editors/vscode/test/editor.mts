/**
 * As much of the editor as the extension and its client ask for: it remembers what they register, keeps documents and
 * findings, and does what a test says the user does.
 */
import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { URI, Utils } from "vscode-uri";

export const MANIFEST = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

class Disposable {
  private readonly end: () => void;
  constructor(end: () => void) {
    this.end = end;
  }
  static from(...all: { dispose(): void }[]): Disposable {
    return new Disposable(() => all.forEach((one) => one.dispose()));
  }
  dispose(): void {
    this.end();
  }
}

class EventEmitter<T> {
  private readonly listeners = new Set<(value: T) => unknown>();
  readonly event = (listen: (value: T) => unknown, self?: unknown): Disposable => {
    const bound = listen.bind(self);
    this.listeners.add(bound);
    return new Disposable(() => this.listeners.delete(bound));
  };
  fire(value: T): void {
    this.listeners.forEach((listen) => listen(value));
  }
  dispose(): void {
    this.listeners.clear();
  }
}

class CancellationTokenSource {
  private readonly emitter = new EventEmitter<void>();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.emitter.event };
  cancel(): void {
    this.token.isCancellationRequested = true;
    this.emitter.fire();
  }
  dispose(): void {
    this.emitter.dispose();
  }
}

class Position {
  readonly line: number;
  readonly character: number;
  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }
  isAfter(other: Position): boolean {
    return this.line > other.line || (this.line === other.line && this.character > other.character);
  }
}

class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(line: number, character: number, endLine: number, endCharacter: number) {
    this.start = new Position(line, character);
    this.end = new Position(endLine, endCharacter);
  }
  intersection(other: Range): Range | undefined {
    const apart = this.start.isAfter(other.end) || other.start.isAfter(this.end);
    return apart ? undefined : this;
  }
}

class Diagnostic {
  readonly range: Range;
  readonly message: string;
  readonly severity: number;
  source?: string;
  code?: string | number | { value: string | number; target: URI };
  relatedInformation?: { location: Location; message: string }[];
  constructor(range: Range, message: string, severity: number) {
    this.range = range;
    this.message = message;
    this.severity = severity;
  }
}

class Location {
  readonly uri: URI;
  readonly range: Range;
  constructor(uri: URI, range: Range) {
    this.uri = uri;
    this.range = range;
  }
}

class CodeActionKind {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
  append(part: string): CodeActionKind {
    return new CodeActionKind(this.value ? `${this.value}.${part}` : part);
  }
  static readonly Empty = new CodeActionKind("");
  static readonly QuickFix = new CodeActionKind("quickfix");
  static readonly Refactor = new CodeActionKind("refactor");
  static readonly RefactorExtract = new CodeActionKind("refactor.extract");
  static readonly RefactorInline = new CodeActionKind("refactor.inline");
  static readonly RefactorRewrite = new CodeActionKind("refactor.rewrite");
  static readonly Source = new CodeActionKind("source");
  static readonly SourceOrganizeImports = new CodeActionKind("source.organizeImports");
}

/** A command line that a task runs. */
export class ProcessExecution {
  readonly process: string;
  readonly args: string[];
  readonly options: { cwd?: string };
  constructor(process: string, args: string[], options: { cwd?: string }) {
    this.process = process;
    this.args = args;
    this.options = options;
  }
}

export class Task {
  readonly definition: object;
  readonly scope: unknown;
  readonly name: string;
  readonly source: string;
  readonly execution: ProcessExecution;
  readonly problemMatchers: string;
  detail?: string;
  constructor(definition: object, scope: unknown, name: string, source: string, execution: ProcessExecution, matchers: string) {
    this.definition = definition;
    this.scope = scope;
    this.name = name;
    this.source = source;
    this.execution = execution;
    this.problemMatchers = matchers;
  }
}

/** An open text. */
export interface Open {
  uri: URI;
  languageId: string;
  version: number;
  getText(): string;
}

type Any = (...given: any[]) => any;

/** What a test says of the workspace. */
export interface Workspace {
  folder: string;
  settings: Record<string, unknown>;
  /** Whether its files look like those of a Hugo site. */
  isSite: boolean;
}

export class Editor {
  /** What is registered, by name. */
  readonly commands = new Map<string, Any>();
  readonly contents = new Map<string, { provideTextDocumentContent: Any; onDidChange?: Any }>();
  readonly taskProviders = new Map<string, { provideTasks: Any; resolveTask: Any }>();
  /** What is asked of the editor's own commands, oldest first. */
  readonly executed: unknown[][] = [];
  /** What the user was told, oldest first. */
  readonly messages: string[] = [];
  /** What was written to the log. */
  readonly log: string[] = [];
  /** The settings that were asked for. */
  readonly asked = new Set<string>();
  readonly tasks: Task[] = [];
  /** What is to be chosen in the next lists: `undefined` escapes. */
  readonly choices: ((items: any[]) => unknown)[] = [];
  /** The document that is shown last. */
  shown: Open | undefined;
  readonly documents: Open[] = [];
  readonly codeActions: { provideCodeActions: Any }[] = [];

  /** The findings by URI, of each collection; several may have one name. */
  private readonly collections = new Set<Map<string, Diagnostic[]>>();
  private readonly diagnosticsChanged = new EventEmitter<void>();
  private readonly settingsChanged = new EventEmitter<{ affectsConfiguration(name: string): boolean }>();
  private readonly opened = new EventEmitter<Open>();
  private readonly closed = new EventEmitter<Open>();
  private readonly shownChanged = new EventEmitter<Open[]>();
  private readonly edited = new EventEmitter<object>();
  private readonly context: { subscriptions: { dispose(): void }[]; extension: object };
  private readonly folder: { uri: URI; name: string; index: number };
  private extension: { activate(context: object): Promise<void>; deactivate(): Promise<void> } | undefined;
  private active: { document: Open; selection: Range } | undefined;
  private readonly workspace: Workspace;

  constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.folder = { uri: URI.file(workspace.folder), name: "site", index: 0 };
    this.context = { subscriptions: [], extension: { packageJSON: MANIFEST } };
  }

  /** Loads the bundle anew, as an editor does that starts, and activates it. */
  async activate(): Promise<void> {
    const require = createRequire(import.meta.url);
    const bundle = require.resolve("../dist/extension.js");
    delete require.cache[bundle];
    const loader = Module as unknown as { _load(name: string, ...rest: unknown[]): unknown };
    const load = loader._load;
    const api = this.api();
    loader._load = (name, ...rest) => (name === "vscode" ? api : load.call(loader, name, ...rest));
    try {
      this.extension = require(bundle);
    } finally {
      loader._load = load;
    }
    await this.extension?.activate(this.context);
  }

  async deactivate(): Promise<void> {
    await this.extension?.deactivate();
    this.context.subscriptions.splice(0).reverse().forEach((one) => one.dispose());
  }

  /** Opens a file of the workspace, with the cursor at its beginning. */
  open(path: string, languageId = "markdown"): Open {
    const uri = Utils.joinPath(this.folder.uri, path);
    return this.add(uri, languageId, readFileSync(uri.fsPath, "utf8"));
  }

  /** Replaces the whole text of a document. */
  type(document: Open, text: string): void {
    const contentChanges = [{ range: new Range(0, 0, document.getText().split("\n").length, 0), text }];
    document.getText = () => text;
    document.version += 1;
    this.edited.fire({ document, contentChanges, reason: undefined });
  }

  /** Puts the cursor somewhere. */
  select(line: number, character: number): void {
    if (this.active) this.active.selection = new Range(line, character, line, character);
  }

  set(name: string, value: unknown): void {
    this.workspace.settings[name] = value;
    this.settingsChanged.fire({ affectsConfiguration: (section) => name === section || name.startsWith(`${section}.`) });
  }

  run(command: string, ...given: unknown[]): Promise<unknown> {
    const registered = this.commands.get(command);
    if (!registered) throw new Error(`no command ${command}`);
    return Promise.resolve(registered(...given));
  }

  findings(uri: URI): Diagnostic[] {
    return [...this.collections].flatMap((collection) => collection.get(uri.toString()) ?? []);
  }

  /** The files in which something was found. */
  filesWithFindings(): string[] {
    const files = [...this.collections].flatMap((collection) => [...collection]);
    return files.filter(([, found]) => found.length > 0).map(([uri]) => uri);
  }

  /** Waits until something holds; what the editor knows changes by messages only. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const end = Date.now() + 30_000;
    while (!holds()) {
      if (Date.now() > end) throw new Error(`waited in vain until ${what}; the log says\n${this.log.join("\n")}`);
      await new Promise((done) => setTimeout(done, 10));
    }
  }

  private add(uri: URI, languageId: string, text: string): Open {
    const document = { uri, languageId, version: 1, isDirty: false, isClosed: false, getText: () => text };
    this.documents.push(document);
    this.active = { document, selection: new Range(0, 0, 0, 0) };
    this.shownChanged.fire(this.documents);
    this.opened.fire(document);
    return document;
  }

  private choose(items: any[]): unknown {
    const choice = this.choices.shift();
    return Promise.resolve(choice?.(items));
  }

  private collection(name: string): object {
    const own = new Map<string, Diagnostic[]>();
    this.collections.add(own);
    const set = (uri: URI, found: Diagnostic[] | undefined) => {
      if (found) own.set(uri.toString(), found);
      else own.delete(uri.toString());
      this.diagnosticsChanged.fire();
    };
    return {
      name,
      set,
      has: (uri: URI) => own.has(uri.toString()),
      get: (uri: URI) => own.get(uri.toString()),
      delete: (uri: URI) => set(uri, undefined),
      clear: () => own.clear(),
      dispose: () => this.collections.delete(own),
    };
  }

  /** The module `vscode`. */
  private api(): object {
    const nothing = () => new Disposable(() => {});
    const never = () => nothing();
    const register = <T,>(into: Map<string, T>) => (name: string, what: T) => {
      if (into.has(name)) throw new Error(`${name} is registered already`);
      into.set(name, what);
      return new Disposable(() => into.delete(name));
    };
    const tell = (message: string) => {
      this.messages.push(message);
      return Promise.resolve(undefined);
    };
    const write = (level: string) => (message: string) => this.log.push(`${level}: ${message}`);
    const get = (section: string | undefined) => (key: string, otherwise?: unknown) => {
      const name = section ? `${section}.${key}` : key;
      this.asked.add(name);
      return this.workspace.settings[name] ?? MANIFEST.contributes.configuration.properties[name]?.default ?? otherwise;
    };
    const editor = this;
    return {
      version: "1.91.0",
      Disposable,
      EventEmitter,
      CancellationTokenSource,
      CancellationError: class extends Error {},
      Uri: URI,
      Position,
      Range,
      Location,
      Diagnostic,
      DiagnosticRelatedInformation: class {
        location: Location;
        message: string;
        constructor(location: Location, message: string) {
          this.location = location;
          this.message = message;
        }
      },
      CodeActionKind,
      CodeAction: class {
        title: string;
        kind: CodeActionKind;
        constructor(title: string, kind: CodeActionKind) {
          this.title = title;
          this.kind = kind;
        }
      },
      WorkspaceEdit: class {
        readonly edits: unknown[] = [];
        set(uri: URI, edits: unknown[]): void {
          this.edits.push([uri, edits]);
        }
      },
      TextEdit: class {
        range: Range;
        newText: string;
        constructor(range: Range, newText: string) {
          this.range = range;
          this.newText = newText;
        }
      },
      MarkdownString: class {
        value = "";
      },
      SnippetString: class {},
      CallHierarchyItem: class {},
      TypeHierarchyItem: class {},
      CodeLens: class {},
      CompletionItem: class {},
      DocumentLink: class {},
      InlayHint: class {},
      SymbolInformation: class {},
      RelativePattern: class {},
      TabInputText: class {},
      TabInputTextDiff: class {},
      TabInputCustom: class {},
      TabInputNotebook: class {},
      ProcessExecution,
      Task,
      DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
      DiagnosticTag: { Unnecessary: 1, Deprecated: 2 },
      CodeActionTriggerKind: { Invoke: 1, Automatic: 2 },
      CompletionItemKind: { Text: 0 },
      CompletionItemTag: { Deprecated: 1 },
      SymbolTag: { Deprecated: 1 },
      SymbolKind: { Property: 6, TypeParameter: 25 },
      FoldingRangeKind: { Comment: 1, Imports: 2, Region: 3 },
      DocumentHighlightKind: { Text: 0, Read: 1, Write: 2 },
      FileType: { File: 1, Directory: 2 },
      LogLevel: { Off: 0, Trace: 1, Debug: 2, Info: 3 },
      ProgressLocation: { Window: 10 },
      TextDocumentSaveReason: { Manual: 1, AfterDelay: 2, FocusOut: 3 },
      ViewColumn: { Beside: -2 },
      env: { language: "en", appName: "test", openExternal: () => Promise.resolve(true) },
      commands: {
        registerCommand: register(this.commands),
        executeCommand: (...given: unknown[]) => Promise.resolve(this.executed.push(given)),
      },
      tasks: {
        registerTaskProvider: register(this.taskProviders),
        executeTask: (task: Task) => Promise.resolve(this.tasks.push(task)),
      },
      window: {
        createOutputChannel: () => ({
          name: "Javert",
          logLevel: 3,
          onDidChangeLogLevel: never,
          trace: write("trace"),
          debug: write("debug"),
          info: write("info"),
          warn: write("warn"),
          error: write("error"),
          append: write("text"),
          appendLine: write("text"),
          show: write("shown"),
          dispose: () => {},
        }),
        showErrorMessage: tell,
        showWarningMessage: tell,
        showInformationMessage: tell,
        showQuickPick: (items: unknown[]) => this.choose(items),
        showTextDocument: (document: Open) => Promise.resolve((this.shown = document)),
        withProgress: (_: unknown, work: Any) => work({ report() {} }, new CancellationTokenSource().token),
        get activeTextEditor() {
          return editor.active;
        },
        get visibleTextEditors() {
          return editor.documents.map((document) => ({ document }));
        },
        tabGroups: { all: [], onDidChangeTabs: never, onDidChangeTabGroups: never },
        onDidChangeActiveTextEditor: never,
        onDidChangeVisibleTextEditors: this.shownChanged.event,
      },
      workspace: {
        workspaceFolders: [this.folder],
        getWorkspaceFolder: () => this.folder,
        textDocuments: this.documents,
        notebookDocuments: [],
        getConfiguration: (section?: string) => ({ get: get(section), inspect: () => undefined }),
        onDidChangeConfiguration: this.settingsChanged.event,
        onDidOpenTextDocument: this.opened.event,
        onDidCloseTextDocument: this.closed.event,
        onDidChangeTextDocument: this.edited.event,
        onDidSaveTextDocument: never,
        onWillSaveTextDocument: never,
        onDidChangeWorkspaceFolders: never,
        onDidCreateFiles: never,
        onDidRenameFiles: never,
        onDidDeleteFiles: never,
        onWillCreateFiles: never,
        onWillRenameFiles: never,
        onWillDeleteFiles: never,
        createFileSystemWatcher: () => ({
          onDidCreate: never,
          onDidChange: never,
          onDidDelete: never,
          dispose: () => {},
        }),
        findFiles: () => Promise.resolve(this.workspace.isSite ? [this.folder.uri] : []),
        registerTextDocumentContentProvider: register(this.contents),
        openTextDocument: async (uri: URI) => {
          const text = await this.contents.get(uri.scheme)?.provideTextDocumentContent(uri, new CancellationTokenSource().token);
          return this.add(uri, "plaintext", text);
        },
      },
      languages: this.languages(nothing),
    };
  }

  private languages(nothing: () => Disposable): object {
    const matches = (selector: { language?: string; pattern?: string; scheme?: string }[], document: Open) => {
      const one = ({ language, pattern, scheme }: { language?: string; pattern?: string; scheme?: string }) =>
        scheme === document.uri.scheme && (language === document.languageId || (pattern !== undefined && pattern.endsWith(document.uri.path.split("/").at(-1) ?? "")));
      return [selector].flat().some(one) ? 10 : 0;
    };
    const known: Record<string, unknown> = {
      match: matches,
      createDiagnosticCollection: (name: string) => this.collection(name),
      getDiagnostics: (uri: URI) => this.findings(uri),
      registerCodeActionsProvider: (_: unknown, provider: { provideCodeActions: Any }) => {
        this.codeActions.push(provider);
        return new Disposable(() => this.codeActions.splice(this.codeActions.indexOf(provider), 1));
      },
    };
    // Of all other help that the server offers it counts only that it is taken.
    return new Proxy(known, {
      get: (own, name) => own[String(name)] ?? (String(name).startsWith("register") ? nothing : undefined),
    });
  }
}
