/**
 * Folders of the disk that are open as programs (desktop). The files are edited like any program's, with undo and
 * journal; saving writes the difference back. A file that somebody else changed is not overwritten: theirs comes in as
 * a second file beside the person's own.
 */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { SourceFile } from '../../src-core/compiler/contract.ts'
import { useDocumentStore } from './document.ts'
import { useSessionStore } from './session.ts'

interface OpenFolder {
  readonly folder: number
  readonly name: string
  /** What the disk has, as far as is known. */
  readonly disk: readonly SourceFile[]
}

export const useDiskFolderStore = defineStore('disk-folder', () => {
  const document = useDocumentStore()
  const session = useSessionStore()
  const host = window.pageward
  /** By program id. */
  const open = shallowRef<ReadonlyMap<string, OpenFolder>>(new Map())
  const current = computed(() => open.value.get(document.programId) ?? null)
  const changed = computed(() => {
    const { value } = current
    if (value === null) return 0
    const { written, removed } = difference(value.disk, document.files)
    return written.length + removed.length
  })

  /** Asks for a folder and opens it as a program. */
  async function choose(): Promise<void> {
    const opened = (await host?.chooseFolder()) ?? null
    if (opened === null) return
    const { folder, name, files } = opened
    const entry = files.find(({ path }) => !path.includes('/')) ?? files[0]
    if (entry === undefined) {
      session.say(`${name} holds no TypeScript file. Nothing was changed.`)
      return
    }
    document.adopt({ title: name, entry: entry.path, files, active: entry.path, era: null, memory: null, own: true })
    open.value = new Map([...open.value, [document.programId, { folder, name, disk: files }]])
  }

  async function save(): Promise<void> {
    const mine = current.value
    const id = document.programId
    if (mine === null || host === undefined) return
    const { files } = document
    const { written, removed } = difference(mine.disk, files)
    const answer = await host.saveFolder({ folder: mine.folder, files: written, removed })
    if (answer.kind === 'failed') {
      session.say(answer.message)
      return
    }
    const kept = new Map(answer.theirs.map((each) => [each.path, each]))
    const disk = files.map((file) => kept.get(file.path) ?? file)
    open.value = new Map([...open.value, [id, { ...mine, disk }]])
    for (const { path, text } of answer.theirs) document.addFile(freePath(path), text)
    session.say(
      answer.theirs.length === 0
        ? `Saved in ${mine.name}: ${answer.written} ${answer.written === 1 ? 'file' : 'files'}.`
        : `${answer.theirs.map((each) => each.path).join(', ')} was changed by another program. Theirs stands beside ` +
            `yours as “.theirs.ts”; saving again writes yours.`,
    )
  }

  function freePath(path: string): string {
    const base = path.replace(/\.ts$/, '')
    let name = `${base}.theirs.ts`
    for (let number = 2; document.files.some((file) => file.path === name); number++)
      name = `${base}.theirs-${number}.ts`
    return name
  }

  return { isHere: host !== undefined, current, changed, choose, save }
})

/** Files whose text differs from the disk's, and paths that are gone. */
export function difference(
  disk: readonly SourceFile[],
  files: readonly SourceFile[],
): { readonly written: readonly SourceFile[]; readonly removed: readonly string[] } {
  const there = new Map(disk.map((file) => [file.path, file.text]))
  const here = new Set(files.map((file) => file.path))
  return {
    written: files.filter((file) => there.get(file.path) !== file.text),
    removed: disk.filter((file) => !here.has(file.path)).map((file) => file.path),
  }
}
