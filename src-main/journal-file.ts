/**
 * The page's journal (every edited text) as one file of the user's folder: what a page has handed over survives the
 * death of any process of the app. A page's own storage would not: Chromium writes it seconds later.
 */
import { open, readFile, rename, rm } from 'node:fs/promises'

export class JournalFile {
  private waiting: string | null = null
  private waiters: ((kept: boolean) => void)[] = []
  private writing = false

  constructor(private readonly path: string) {}

  /** The text kept last, or null if there is none. A half-written file is never read: see `write`. */
  async read(): Promise<string | null> {
    try {
      return await readFile(this.path, 'utf8')
    } catch {
      return null
    }
  }

  /**
   * Keeps `text`; answers whether it is on the disk. Texts that come while one is being written replace each other:
   * only the newest is written. When it cannot be written (disk full, folder read-only) the file stays as it was.
   */
  keep(text: string): Promise<boolean> {
    this.waiting = text
    return new Promise((done) => {
      this.waiters.push(done)
      void this.drain()
    })
  }

  private async drain(): Promise<void> {
    if (this.writing) return
    this.writing = true
    while (this.waiting !== null) {
      const text = this.waiting
      const told = this.waiters
      this.waiting = null
      this.waiters = []
      const kept = await writeWhole(this.path, text).then(
        () => true,
        (error: unknown) => {
          console.warn(`the journal could not be written: ${String(error)}`)
          return false
        },
      )
      for (const done of told) done(kept)
    }
    this.writing = false
  }
}

/**
 * Puts `text` in place of a file's content: all of it or nothing, whatever happens meanwhile. A new file beside it is
 * written and flushed, then takes the name. Throws Node's error; the old content is then untouched.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const fresh = `${path}.${process.pid}.new`
  try {
    const file = await open(fresh, 'w', 0o600)
    try {
      await file.writeFile(text, 'utf8')
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {})
    throw error
  }
}
