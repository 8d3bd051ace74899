/**
 * A folder of snippets on the disk: its TypeScript files are read at once, and written back together. What somebody
 * else changed meanwhile is not overwritten: it is handed back, and the page keeps both. Paths of a page are parts of
 * the folder, never more: no `..`, no link out of it.
 */
import { mkdir, readdir, realpath } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { readText, reasonOf } from './document-text.ts'
import { writeWhole } from './journal-file.ts'

/** A file of a folder, its path with `/`. */
export interface FolderFile {
  readonly path: string
  readonly text: string
}

export type SavedFolder =
  | {
      readonly kind: 'saved'
      readonly written: number
      /** Files that hold something else than was read: not written, what they hold now. Saving again overwrites. */
      readonly theirs: readonly FolderFile[]
    }
  | { readonly kind: 'failed'; readonly message: string }

/** Files and depth of folders that are looked at; `node_modules` and hidden folders are not. */
const MOST_FILES = 300
const DEEPEST = 6
const PATH = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/

/** True for a path that names a TypeScript file inside a folder. */
export function isFilePath(path: string): boolean {
  return path.length < 400 && PATH.test(path) && path.endsWith('.ts')
}

export class FolderFiles {
  /** What each file held when it was read or written last. */
  private readonly known = new Map<string, string>()

  constructor(
    private readonly root: string,
    /** Puts a file away so that the person can have it back. */
    private readonly discard: (path: string) => Promise<void>,
  ) {}

  /** The TypeScript files, in order of their paths. Files that are no text are left out. */
  async read(): Promise<readonly FolderFile[]> {
    const paths = (await this.list('', 0)).sort().slice(0, MOST_FILES)
    const files: FolderFile[] = []
    for (const path of paths) {
      const read = await readText(join(this.root, path))
      if ('failed' in read) continue
      this.known.set(path, read.text)
      files.push({ path, text: read.text })
    }
    return files
  }

  /** Writes what changed, and puts away what is in `removed`. */
  async save(files: readonly FolderFile[], removed: readonly string[]): Promise<SavedFolder> {
    const theirs: FolderFile[] = []
    let written = 0
    try {
      for (const { path, text } of files) {
        if (this.known.get(path) === text) continue
        const now = await this.current(path)
        if (now !== null && now !== text && now !== this.known.get(path)) {
          theirs.push({ path, text: now })
          this.known.set(path, now)
          continue
        }
        const full = join(this.root, path)
        await this.makeFolder(dirname(full))
        if (now !== text) await writeWhole(full, text)
        this.known.set(path, text)
        written++
      }
      for (const path of removed) {
        const now = await this.current(path)
        // Changed by somebody else: that is theirs, it stays.
        if (now !== null && now === this.known.get(path)) await this.discard(join(this.root, path))
        this.known.delete(path)
      }
    } catch (error) {
      return { kind: 'failed', message: `The folder was not saved as a whole: ${reasonOf(error)}.` }
    }
    return { kind: 'saved', written, theirs }
  }

  private async current(path: string): Promise<string | null> {
    const full = join(this.root, path)
    const real = await realpath(full).catch(() => null)
    if (real === null) return null
    await this.insideOnly(real)
    const read = await readText(full)
    return 'failed' in read ? null : read.text
  }

  /** Makes a folder inside this one. What is there already is looked at first: nothing is made behind a link. */
  private async makeFolder(path: string): Promise<void> {
    let there = path
    while (there !== this.root && (await realpath(there).catch(() => null)) === null) there = dirname(there)
    await this.insideOnly(there)
    await mkdir(path, { recursive: true })
  }

  /** Throws for a place that a link leads out of the folder to. */
  private async insideOnly(path: string): Promise<void> {
    const inside = relative(await realpath(this.root), await realpath(path))
    if (inside === '..' || inside.startsWith(`..${sep}`)) throw new Error('a link leads out of the folder')
  }

  private async list(prefix: string, depth: number): Promise<string[]> {
    const entries = await readdir(join(this.root, prefix), { withFileTypes: true }).catch(() => [])
    const found: string[] = []
    for (const entry of entries) {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`
      if (found.length > MOST_FILES || entry.name.startsWith('.') || entry.name === 'node_modules') continue
      if (entry.isDirectory() && depth < DEEPEST) found.push(...(await this.list(path, depth + 1)))
      else if (entry.isFile() && isFilePath(path) && !path.endsWith('.d.ts')) found.push(path)
    }
    return found
  }
}
