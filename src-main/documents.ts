/**
 * Opening and saving for the page, which never learns a path: it knows a document by a number. What was opened before
 * the page was ready waits for it. A file that somebody else changed meanwhile is not overwritten without a question.
 */
import { app, dialog, type BrowserWindow, type WebContents } from 'electron'
import { basename, extname, resolve } from 'node:path'
import type { OpenedDocument, SavedDocument, SaveRequest } from './channels.ts'
import { readText, reasonOf } from './document-text.ts'
import { writeWhole } from './journal-file.ts'
import { isDocument, type OpenRequest } from './open-requests.ts'

const FILTERS = [
  { name: 'Pageward programs', extensions: ['pageward'] },
  { name: 'TypeScript', extensions: ['ts'] },
]

interface Known {
  readonly path: string
  /** What the file held when it was read or written last. */
  text: string
}

export class Documents {
  /** Told of each file that was opened or saved. */
  onUsed: (path: string) => void = () => undefined
  private readonly known = new Map<number, Known>()
  private readonly waiting: OpenedDocument[] = []
  private ready: WebContents | null = null
  private last = 0

  /** The page listens now: what waited is sent. */
  pageIsReady(page: WebContents): void {
    this.ready = page
    page.once('did-start-loading', () => {
      if (this.ready === page) this.ready = null
    })
    for (const document of this.waiting.splice(0)) page.send('file:opened', document)
  }

  async open(request: OpenRequest): Promise<void> {
    if (request.kind === 'link') {
      this.deliver({ kind: 'link', fragment: request.fragment })
      return
    }
    if (!isDocument(request.path)) return
    const path = resolve(request.path)
    const read = await readText(path)
    if ('failed' in read) {
      this.deliver({ kind: 'failed', message: read.failed })
      return
    }
    this.used(path)
    this.deliver({ kind: 'text', document: this.know(path, read.text), name: basename(path), text: read.text })
  }

  /** Asks for a file and opens it. */
  async choose(window: BrowserWindow): Promise<void> {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'], filters: FILTERS })
    const [path] = filePaths
    if (!canceled && path !== undefined) await this.open({ kind: 'file', path })
  }

  /** Writes a document where it came from, or where the person says. */
  async save(window: BrowserWindow, request: SaveRequest): Promise<SavedDocument> {
    const known = request.document === null ? undefined : this.known.get(request.document)
    let path = known?.path
    if (path === undefined || request.elsewhere || (await this.keepsTheirs(window, known))) {
      const answer = await dialog.showSaveDialog(window, { defaultPath: suggested(request.title), filters: FILTERS })
      if (answer.canceled || answer.filePath === '') return { kind: 'cancelled' }
      path = isDocument(answer.filePath) ? answer.filePath : `${answer.filePath}.pageward`
    }
    const text = extname(path).toLowerCase() === '.ts' ? request.source : request.share
    try {
      await writeWhole(path, text)
    } catch (error) {
      return { kind: 'failed', message: `“${basename(path)}” was not saved: ${reasonOf(error)}.` }
    }
    this.used(path)
    return { kind: 'saved', document: this.know(path, text), name: basename(path) }
  }

  /** Whether the file holds something else than what was opened, and the person wants to keep that. */
  private async keepsTheirs(window: BrowserWindow, known: Known | undefined): Promise<boolean> {
    if (known === undefined) return false
    const now = await readText(known.path)
    if ('failed' in now || now.text === known.text) return false
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message: `“${basename(known.path)}” was changed by another program.`,
      buttons: ['Save under another name…', 'Overwrite it'],
      defaultId: 0,
      cancelId: 0,
    })
    return response === 0
  }

  private used(path: string): void {
    app.addRecentDocument(path)
    this.onUsed(path)
  }

  private know(path: string, text: string): number {
    for (const [number, known] of this.known) {
      if (known.path !== path) continue
      known.text = text
      return number
    }
    this.known.set(++this.last, { path, text })
    return this.last
  }

  private deliver(document: OpenedDocument): void {
    if (this.ready === null || this.ready.isDestroyed()) this.waiting.push(document)
    else this.ready.send('file:opened', document)
  }
}

/** A file name from a title that anybody may have written. */
function suggested(title: string): string {
  const name = title.replaceAll(/[^\p{L}\p{N} ._-]/gu, '').replace(/^\.+/, '')
  return `${name.replace(/\.(ts|pageward)$/i, '').slice(0, 80) || 'program'}.pageward`
}
