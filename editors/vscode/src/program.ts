/** Which program is Javert. */
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join, resolve } from "node:path";

/** A program, and what it is always given. */
export interface Program {
  command: string;
  arguments: string[];
}

/** What decides which program it is. */
export interface Wishes {
  /** The setting `javert.path`. */
  path: string;
  /** The setting `javert.arguments`. */
  arguments: string[];
  /** The first workspace folder. */
  folder: string | undefined;
}

/** The program, or a sentence that says what is missing and what to do. */
export function findProgram(wishes: Wishes, environment: NodeJS.ProcessEnv): Program | string {
  const wanted = wishes.path.trim() || "javert";
  const written = expand(wanted, wishes.folder);
  const isName = !/[\\/]/.test(written);
  const found = isName ? onPath(written, environment) : executable(resolve(wishes.folder ?? "", written));
  if (found) return { command: found, arguments: wishes.arguments };
  if (wishes.path.trim()) {
    const where = isName ? "on PATH" : "there";
    return `The setting javert.path says \`${wanted}\`, but no such program is ${where}.`;
  }
  return (
    "The program `javert` is not on PATH. Install it (`cargo install --path .` in its source), " +
    "or say in the setting javert.path where it is."
  );
}

function expand(path: string, folder: string | undefined): string {
  const home = path.replace(/^~(?=$|[\\/])/, () => homedir());
  return folder === undefined ? home : home.replaceAll("${workspaceFolder}", () => folder);
}

/** Editors that were not started from a shell often know less of PATH than shells do, so cargo's folder comes last. */
function onPath(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  const folders = (environment.PATH ?? environment.Path ?? "").split(delimiter).filter(isAbsolute);
  const cargo = environment.CARGO_HOME ?? join(homedir(), ".cargo");
  for (const folder of [...folders, join(cargo, "bin")]) {
    const found = executable(join(folder, name));
    if (found) return found;
  }
  return undefined;
}

function executable(path: string): string | undefined {
  const endings = process.platform === "win32" ? [".exe", ""] : [""];
  return endings.map((ending) => path + ending).find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return statSync(candidate).isFile();
    } catch {
      return false;
    }
  });
}
