/** Two programs on one file: what the other wrote is not lost, whatever the person answers but "Overwrite it". */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OpenedDocument } from './channels.ts'

const dialog = { showMessageBox: vi.fn(), showSaveDialog: vi.fn(), showOpenDialog: vi.fn() }
vi.mock('electron', () => ({ app: { addRecentDocument: () => undefined }, dialog }))
const { Documents } = await import('./documents.ts')

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pageward-documents-'))
  file = join(folder, 'shared.ts')
  writeFileSync(file, '// first')
  vi.resetAllMocks()
})
afterEach(() => rmSync(folder, { recursive: true }))

const window = {} as Electron.BrowserWindow

async function opened(): Promise<{ documents: InstanceType<typeof Documents>; number: number }> {
  const documents = new Documents()
  const sent: OpenedDocument[] = []
  const page = {
    once: () => undefined,
    isDestroyed: () => false,
    send: (_: string, it: OpenedDocument) => sent.push(it),
  }
  documents.pageIsReady(page as unknown as Electron.WebContents)
  await documents.open({ kind: 'file', path: file })
  const [first] = sent
  if (first?.kind !== 'text') throw new Error('it was not opened')
  return { documents, number: first.document }
}

const request = (document: number, source: string) => ({
  document,
  elsewhere: false,
  title: 'shared.ts',
  source,
  share: `{"text":${JSON.stringify(source)}}`,
})

describe('a file that two instances have open', () => {
  it('keeps both texts: the second saver is asked, and saves under another name', async () => {
    const mine = await opened()
    const theirs = await opened()
    expect(await theirs.documents.save(window, request(theirs.number, '// theirs'))).toMatchObject({ kind: 'saved' })
    dialog.showMessageBox.mockResolvedValue({ response: 0 })
    dialog.showSaveDialog.mockResolvedValue({ canceled: false, filePath: join(folder, 'mine.ts') })
    expect(await mine.documents.save(window, request(mine.number, '// mine'))).toMatchObject({ name: 'mine.ts' })
    expect(readFileSync(file, 'utf8')).toBe('// theirs')
    expect(readFileSync(join(folder, 'mine.ts'), 'utf8')).toBe('// mine')
  })

  it('is left alone when the question is closed', async () => {
    const { documents, number } = await opened()
    writeFileSync(file, '// theirs')
    dialog.showMessageBox.mockResolvedValue({ response: 0 })
    dialog.showSaveDialog.mockResolvedValue({ canceled: true, filePath: '' })
    expect(await documents.save(window, request(number, '// mine'))).toEqual({ kind: 'cancelled' })
    expect(readFileSync(file, 'utf8')).toBe('// theirs')
  })

  it('is one text or the other, whole, when both are saved at once', async () => {
    const both = await Promise.all([opened(), opened()])
    dialog.showMessageBox.mockResolvedValue({ response: 1 })
    const texts = ['a', 'b'].map((letter) => `// ${letter.repeat(300_000)}`)
    for (let round = 0; round < 5; round++) {
      await Promise.all(both.map(({ documents, number }, i) => documents.save(window, request(number, texts[i] ?? ''))))
      expect(texts).toContain(readFileSync(file, 'utf8'))
    }
    expect(readdirSync(folder)).toEqual(['shared.ts'])
  })
})
