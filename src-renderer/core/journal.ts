/**
 * The autosave journal: the text of every edited program, written at most 300 ms after a key press, and at once when
 * the page goes away. What is read back is checked; a damaged entry loses itself, not the others.
 */
import type { SourceFile } from '../../src-core/compiler/contract.ts'
import { isRecord } from './storage.ts'

/** A program as it is kept. */
export interface KeptProgram {
  readonly title: string
  readonly entry: string
  readonly files: readonly SourceFile[]
  readonly active: string
  readonly era: string | null
  readonly memory: string | null
  /** True for a program that is no example: it exists only here. */
  readonly own: boolean
}

export interface JournalState {
  readonly current: string | null
  readonly programs: Readonly<Record<string, KeptProgram>>
}

export const JOURNAL_KEY = 'pageward.journal'
/** Longest time in milliseconds that a key press stays unwritten. */
export const JOURNAL_DELAY = 300
export const EMPTY_JOURNAL: JournalState = { current: null, programs: {} }

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>

export class Journal {
  private pending: JournalState | null = null
  private timer: ReturnType<typeof setTimeout> | null = null
  /** The stored text as this window last read or wrote it. */
  private seen: string | null = null

  constructor(
    private readonly storage: Storage,
    /** Told whether the last write was kept. */
    private readonly onWritten: (kept: boolean) => void = () => {},
    /** Given what another window wrote. What is waiting to be written is older then: it is to be noted anew. */
    private readonly onOther: (theirs: JournalState) => void = () => {},
  ) {}

  read(): JournalState {
    this.seen = this.storage.getItem(JOURNAL_KEY)
    return journalOf(this.seen)
  }

  /** Whether something is not yet written. */
  get waiting(): boolean {
    return this.pending !== null
  }

  /** Hears what another window wrote since this one last looked, if it did. */
  listen(): void {
    const now = this.storage.getItem(JOURNAL_KEY)
    if (now === this.seen) return
    this.seen = now
    this.onOther(journalOf(now))
  }

  /** Remembers the newest state; it is written at most `JOURNAL_DELAY` after the first unwritten change. */
  note(state: JournalState): void {
    this.pending = state
    this.timer ??= setTimeout(() => this.flush(), JOURNAL_DELAY)
  }

  /**
   * Writes what is not yet written. Another window's text is heard first, so that no window ever writes over what it
   * has not read: the storage puts the windows in one order.
   */
  flush(): void {
    if (this.pending !== null) this.listen()
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    const state = this.pending
    if (state === null) return
    const text = JSON.stringify({ version: 1, ...state })
    try {
      this.storage.setItem(JOURNAL_KEY, text)
      this.seen = text
      this.pending = null
      this.onWritten(true)
    } catch {
      this.onWritten(false)
    }
  }
}

/** What is well-formed of a stored journal. */
export function journalOf(text: string | null): JournalState {
  try {
    return parseJournal(JSON.parse(text ?? 'null'))
  } catch {
    return EMPTY_JOURNAL
  }
}

function parseJournal(value: unknown): JournalState {
  if (!isRecord(value) || value['version'] !== 1 || !isRecord(value['programs'])) return EMPTY_JOURNAL
  const programs: Record<string, KeptProgram> = {}
  for (const [id, entry] of Object.entries(value['programs'])) {
    const program = parseProgram(entry)
    if (program !== null) programs[id] = program
  }
  return { current: typeof value['current'] === 'string' ? value['current'] : null, programs }
}

/** A kept program, if it is well-formed; else null. */
export function parseProgram(value: unknown): KeptProgram | null {
  if (!isRecord(value) || !Array.isArray(value['files'])) return null
  const files: SourceFile[] = []
  for (const file of value['files'] as unknown[]) {
    if (!isRecord(file) || typeof file['path'] !== 'string' || typeof file['text'] !== 'string') return null
    files.push({ path: file['path'], text: file['text'] })
  }
  const { entry, active, title, era, memory } = value
  if (typeof entry !== 'string' || !files.some((file) => file.path === entry)) return null
  return {
    title: typeof title === 'string' ? title : entry,
    entry,
    files,
    active: files.some((file) => file.path === active) ? String(active) : entry,
    era: typeof era === 'string' ? era : null,
    memory: typeof memory === 'string' ? memory : null,
    own: value['own'] === true,
  }
}
