/**
 * The page's side of the desktop: its journal is also kept by the main process (what Chromium stores itself is written
 * seconds later), and files and links that people open arrive here as text to be checked.
 */
import { watch } from 'vue'
import type { HostBridge, OpenedDocument } from '../core/host.ts'
import { JOURNAL_DELAY, JOURNAL_KEY } from '../core/journal.ts'
import { readFragment, shareText } from '../core/share.ts'
import { useDiskFolderStore } from '../stores/disk-folder.ts'
import { useDocumentStore } from '../stores/document.ts'
import { useSessionStore } from '../stores/session.ts'
import { useSettingsStore } from '../stores/settings.ts'
import { openProgramFile, openShared } from './take-file.ts'

/** Before the app is mounted: the journal that main kept is the newer one. A no-op in a browser. */
export async function takeJournal(): Promise<void> {
  const kept = await window.pageward?.readJournal()
  if (typeof kept === 'string') localStorage.setItem(JOURNAL_KEY, kept)
}

/** After the app is mounted. A no-op in a browser. */
export function startDesktop(): void {
  const host = window.pageward
  if (host === undefined) return
  keepJournal(host)
  serveFiles(host)
  const settings = useSettingsStore()
  watch(() => settings.theme, host.chooseTheme, { immediate: true })
}

function keepJournal(host: HostBridge): void {
  const document = useDocumentStore()
  let timer: ReturnType<typeof setTimeout> | undefined
  function write(): void {
    clearTimeout(timer)
    timer = undefined
    const state = { version: 1, current: document.programId || null, programs: document.kept }
    void host.keepJournal(JSON.stringify(state)).then((kept) => {
      document.saved = kept
      // A full disk may have room again.
      if (!kept) timer ??= setTimeout(write, 10 * JOURNAL_DELAY)
    })
  }
  watch([() => document.kept, () => document.programId], () => {
    timer ??= setTimeout(write, JOURNAL_DELAY)
  })
  window.addEventListener('pagehide', write)
}

function serveFiles(host: HostBridge): void {
  const document = useDocumentStore()
  const session = useSessionStore()
  const disk = useDiskFolderStore()
  /** Which file of the disk a program came from, by the program's id. */
  const origins = new Map<string, number>()

  async function open(opened: OpenedDocument): Promise<void> {
    if (opened.kind === 'failed') {
      session.say(opened.message)
    } else if (opened.kind === 'link') {
      const shared = await readFragment(opened.fragment)
      if (shared === null) session.say('The link holds no program that could be read. Nothing was changed.')
      else openShared(shared)
    } else {
      const before = document.revision
      await openProgramFile(new File([opened.text], opened.name))
      if (document.revision !== before) origins.set(document.programId, opened.document)
    }
  }

  async function save(elsewhere: boolean): Promise<void> {
    if (!elsewhere && disk.current !== null) {
      await disk.save()
      return
    }
    const id = document.programId
    const { title, entry, files, active, era, memory } = document
    const program = { title, entry, files, active, era, memory, own: true }
    const answer = await host.save({
      document: origins.get(id) ?? null,
      title,
      share: shareText({ program, schedule: null, layout: null }),
      source: files.find((file) => file.path === entry)?.text ?? '',
      elsewhere,
    })
    if (answer.kind === 'failed') session.say(answer.message)
    if (answer.kind !== 'saved') return
    origins.set(id, answer.document)
    session.say(`Saved as ${answer.name}.`)
  }

  host.onOpened((opened) => void open(opened))
  host.onCommand((command) => {
    if (command === 'file-save' || command === 'file-save-as') void save(command === 'file-save-as')
  })
}

/** A file that is dragged into the window is opened, not navigated to. On both hosts. */
export function takeDroppedFiles(): void {
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
  window.addEventListener('dragover', (event) => {
    if (hasFiles(event)) event.preventDefault()
  })
  window.addEventListener('drop', (event) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    for (const file of event.dataTransfer?.files ?? []) void openProgramFile(file)
  })
}
