/** The program, and sites to try it on. */
import { cpSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after } from "node:test";

const ROOT = resolve(import.meta.dirname, "../../..");

/** The program that was built: `JAVERT`, or the one of `cargo build`. */
export const JAVERT = process.env.JAVERT ? resolve(process.env.JAVERT) : join(ROOT, "target/debug/javert");

/** The help site of the fixtures. */
export const HELP = join(ROOT, "fixtures/help");

/** A copy of the help site that a test may change. */
export function scratchSite(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "javert-")));
  after(() => rmSync(folder, { recursive: true }));
  cpSync(HELP, folder, { recursive: true });
  return folder;
}
