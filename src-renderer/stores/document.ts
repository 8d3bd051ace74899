/**
 * The text: the open program's files, its era and machine. Edits of an example are kept beside the example, so that
 * opening another one loses nothing, and the original is one (undoable) command away.
 */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { SourceFile } from '../../src-core/compiler/contract.ts'
import type { RunRequest } from '../../src-core/protocol/messages.ts'
import { examples, FIRST_EXAMPLE } from '../core/examples.ts'
import type { JournalState, KeptProgram } from '../core/journal.ts'
import { Journal } from '../core/journal.ts'
import { mergeJournals, type BothKept, type Programs } from '../core/journal-merge.ts'
import { noteRecent, readRecent, type RecentProgram } from '../core/recent.ts'

export const NEW_SNIPPET = `import { alloc_page, __free_page, GFP_KERNEL, pr_info } from 'linux'

const page = alloc_page(GFP_KERNEL)!
pr_info('one page, and who gives it back')
__free_page(page)
`

/** A program that comes from somewhere else than the examples (a lesson), with the text that a reset brings back. */
export interface Original {
  readonly title: string
  readonly entry: string
  readonly files: readonly SourceFile[]
  /** Era to run it in, if its own pragma does not say. */
  readonly era?: string | null
}

export const useDocumentStore = defineStore('document', () => {
  const programId = shallowRef('')
  const title = shallowRef('')
  const entry = shallowRef('')
  const files = shallowRef<readonly SourceFile[]>([])
  /** Path of the file in the editor. */
  const active = shallowRef('')
  /** Era the person chose; null = the program's own. */
  const era = shallowRef<string | null>(null)
  /** Memory the person chose for the machine, e.g. `64M`; null = the program's own. */
  const memory = shallowRef<string | null>(null)
  const own = shallowRef(false)
  /** Counts every change that asks for a new run. */
  const revision = shallowRef(0)
  /** Counts changes of the text that did not come from the editor; the editor then takes the text from here. */
  const replaced = shallowRef(0)
  /** Programs that are kept: edited examples and own snippets. */
  const kept = shallowRef<Readonly<Record<string, KeptProgram>>>({})
  const saved = shallowRef(true)
  /** Programs opened last, newest first. */
  const recent = shallowRef<readonly RecentProgram[]>(readRecent())
  const undo = shallowRef<{ readonly label: string; readonly program: KeptProgram; readonly id: string } | null>(null)
  /** What another window changed as well, when that was last found out. */
  const bothKept = shallowRef<readonly BothKept[]>([])
  const journal = new Journal(
    localStorage,
    (ok) => {
      saved.value = ok
      if (ok) agreed = kept.value
    },
    ({ programs }) => join(programs),
  )

  /** Programs as this window and the others last agreed on. */
  let agreed: Programs = {}

  const originals = shallowRef<ReadonlyMap<string, Original>>(new Map())
  const original = computed<Original | null>(() => originalOf(programId.value))
  const edited = computed(() => original.value !== null && !sameFiles(original.value.files, files.value))
  const text = computed(() => files.value.find((file) => file.path === active.value)?.text ?? '')

  /** Restores what the journal kept; at a first start opens the first example. */
  function restore(): void {
    const state = journal.read()
    kept.value = state.programs
    agreed = state.programs
    const first = examples().find((each) => isFirst(each.id, each.entry))
    const wanted = state.current ?? first?.id ?? examples()[0]?.id
    if (wanted === undefined || !open(wanted)) {
      const fallback = first?.id ?? examples()[0]?.id
      if (fallback === undefined || !open(fallback)) newSnippet()
    }
  }

  function originalOf(id: string): Original | null {
    return examples().find((each) => each.id === id) ?? originals.value.get(id) ?? null
  }

  /** Opens a program that comes from elsewhere, with the edits made to it before. */
  function openOriginal(id: string, program: Original): void {
    originals.value = new Map([...originals.value, [id, program]])
    open(id)
  }

  /** Opens an example or an own snippet by id, with the edits made to it before. Answers whether it exists. */
  function open(id: string): boolean {
    const example = originalOf(id)
    const program: KeptProgram | undefined = kept.value[id] ?? (example === null ? undefined : asProgram(example))
    if (program === undefined) return false
    load(id, program)
    return true
  }

  function load(id: string, program: KeptProgram): void {
    show(id, program)
    keep()
  }

  function show(id: string, program: KeptProgram): void {
    recent.value = noteRecent(recent.value, id, program.title)
    programId.value = id
    title.value = program.title
    entry.value = program.entry
    files.value = program.files
    active.value = program.active
    era.value = program.era
    memory.value = program.memory
    own.value = program.own
    replaced.value += 1
    revision.value += 1
  }

  /** Takes a new text of one file, as typed. */
  function edit(path: string, next: string): void {
    const old = files.value.find((file) => file.path === path)
    if (old === undefined || old.text === next) return
    files.value = files.value.map((file) => (file.path === path ? { path, text: next } : file))
    changed()
  }

  function activate(path: string): void {
    if (!files.value.some((file) => file.path === path)) return
    active.value = path
    keep()
  }

  /** Adds an empty file (folders are parts of its path) and shows it. Answers why not, or null. */
  function addFile(path: string, text = ''): string | null {
    const wrong = whyNoPath(path, files.value)
    if (wrong !== null) return wrong
    files.value = [...files.value, { path, text }]
    active.value = path
    replaced.value += 1
    changed()
    return null
  }

  /** Gives a file, or a folder with all in it, another path. Imports of it are the person's to change. */
  function renameFile(from: string, to: string): string | null {
    const moved = (path: string): string =>
      path === from ? to : path.startsWith(`${from}/`) ? to + path.slice(from.length) : path
    if (from === to) return null
    const others = files.value.filter((file) => moved(file.path) === file.path)
    const wrong = whyNoPath(to, others, from.includes('.ts'))
    if (wrong !== null) return wrong
    remember(`Renamed ${from} to ${to}`)
    files.value = files.value.map((file) => ({ path: moved(file.path), text: file.text }))
    if (title.value === entry.value) title.value = moved(entry.value)
    entry.value = moved(entry.value)
    active.value = moved(active.value)
    replaced.value += 1
    changed()
    return null
  }

  /** Deletes a file, or a folder with all in it; `undoLast` brings it back. The program's own file stays. */
  function deleteFile(path: string): void {
    const isGone = (each: string): boolean => each !== entry.value && (each === path || each.startsWith(`${path}/`))
    if (!files.value.some((file) => isGone(file.path))) return
    remember(`Deleted ${path}`)
    files.value = files.value.filter((file) => !isGone(file.path))
    if (isGone(active.value)) active.value = entry.value
    replaced.value += 1
    changed()
  }

  /** Gives an own program another title. */
  function renameProgram(id: string, next: string): void {
    const program = kept.value[id]
    const name = next.trim()
    if (program === undefined || !program.own || name === '' || name === program.title) return
    undo.value = {
      label: `Renamed ${program.title} to ${name}`,
      program: id === programId.value ? snapshot() : program,
      id,
    }
    if (id === programId.value) {
      title.value = name
      keep()
    } else {
      kept.value = { ...kept.value, [id]: { ...program, title: name } }
      keep()
    }
  }

  function remember(label: string): void {
    undo.value = { label, program: snapshot(), id: programId.value }
  }

  function chooseEra(next: string | null): void {
    if (era.value === next) return
    era.value = next
    changed()
  }

  function chooseMemory(next: string | null): void {
    if (memory.value === next) return
    memory.value = next
    changed()
  }

  /** Puts the example's own text back; `undoLast` brings the edits back. */
  function resetToOriginal(): void {
    const example = original.value
    if (example === null || !edited.value) return
    undo.value = { label: `Reset ${title.value}`, program: snapshot(), id: programId.value }
    load(programId.value, { ...asProgram(example), era: era.value, memory: memory.value })
  }

  /** Replaces the whole text; `undoLast` brings the old one back. */
  function replaceText(label: string, text: string): void {
    undo.value = { label, program: snapshot(), id: programId.value }
    load(programId.value, {
      ...snapshot(),
      files: files.value.map((f) => (f.path === entry.value ? { ...f, text } : f)),
    })
  }

  /** Starts a snippet of its own. `name`: what its file is called, if nothing of one's own is called so. */
  function newSnippet(text: string = NEW_SNIPPET, name?: string): void {
    const number = freeNumber()
    const numbered = number === 1 ? 'snippet.ts' : `snippet-${number}.ts`
    const taken = Object.values(kept.value).some((each) => each.own && each.entry === name)
    const path = name === undefined || taken ? numbered : name
    const files = [{ path, text }]
    load(`own-${number}`, { title: path, entry: path, files, active: path, era: null, memory: null, own: true })
  }

  /** Opens a program that came from outside as a snippet of its own; one that is here already is only opened. */
  function adopt(program: KeptProgram): void {
    const same = Object.entries(kept.value).find(([, each]) => each.own && sameFiles(each.files, program.files))
    if (same !== undefined) load(same[0], { ...same[1], era: program.era, memory: program.memory })
    else load(`own-${freeNumber()}`, { ...program, own: true })
  }

  function freeNumber(): number {
    let number = 1
    while (kept.value[`own-${number}`] !== undefined) number += 1
    return number
  }

  /** Deletes an own snippet; `undoLast` brings it back. */
  function deleteSnippet(id: string): void {
    const program = kept.value[id]
    if (program === undefined || !program.own) return
    undo.value = { label: `Deleted ${program.title}`, program, id }
    const { [id]: _gone, ...rest } = kept.value
    kept.value = rest
    if (programId.value === id) {
      programId.value = ''
      open(examples()[0]?.id ?? '')
    } else {
      keep()
    }
  }

  function undoLast(): void {
    if (undo.value === null) return
    const { id, program } = undo.value
    undo.value = null
    load(id, program)
  }

  function forgetUndo(): void {
    undo.value = null
  }

  function request(): RunRequest {
    return {
      entry: entry.value,
      files: files.value,
      era: era.value,
      machine: memory.value === null ? {} : { memory: memory.value },
    }
  }

  function snapshot(): KeptProgram {
    return {
      title: title.value,
      entry: entry.value,
      files: files.value,
      active: active.value,
      era: era.value,
      memory: memory.value,
      own: own.value,
    }
  }

  function changed(): void {
    revision.value += 1
    keep()
  }

  /** Another window may have written the journal: takes what it did. */
  function hearOtherWindow(): void {
    journal.listen()
  }

  /** Joins what another window wrote with what is here. The text in the editor stays if it was changed here. */
  function join(theirs: Programs): void {
    const { programs, taken, conflicts } = mergeJournals(agreed, kept.value, theirs)
    agreed = theirs
    kept.value = programs
    const now = programs[programId.value]
    const here = conflicts.find(({ id }) => id === programId.value)
    const copy = here === undefined ? undefined : programs[here.copy]
    if (here !== undefined && copy !== undefined) show(here.copy, copy)
    else if (taken.includes(programId.value) && now !== undefined) show(programId.value, now)
    // What was only heard is not written back.
    if (conflicts.length > 0 || journal.waiting) keep()
    if (conflicts.length > 0) bothKept.value = conflicts
  }

  function keep(): void {
    if (programId.value !== '') {
      const ownEra = original.value?.era ?? null
      const worth = own.value || edited.value || era.value !== ownEra || memory.value !== null
      const { [programId.value]: _old, ...rest } = kept.value
      kept.value = worth ? { ...rest, [programId.value]: snapshot() } : rest
    }
    const state: JournalState = { current: programId.value || null, programs: kept.value }
    journal.note(state)
  }

  /** Writes the journal now. */
  function flush(): void {
    journal.flush()
  }

  return {
    programId,
    title,
    entry,
    files,
    active,
    era,
    memory,
    own,
    revision,
    replaced,
    kept,
    saved,
    recent,
    undo,
    original,
    edited,
    text,
    restore,
    open,
    openOriginal,
    replaceText,
    edit,
    activate,
    chooseEra,
    chooseMemory,
    resetToOriginal,
    newSnippet,
    adopt,
    snapshot,
    deleteSnippet,
    addFile,
    renameFile,
    deleteFile,
    renameProgram,
    undoLast,
    forgetUndo,
    request,
    hearOtherWindow,
    bothKept,
    flush,
  }
})

/** Why a file cannot have this path beside those; null if it can. */
function whyNoPath(path: string, files: readonly SourceFile[], isFile = true): string | null {
  if (!/^[\w-]+(\.[\w-]+)*(\/[\w-]+(\.[\w-]+)*)*$/.test(path))
    return 'Letters, digits, - and _, with / between folders: lib/queue.ts'
  if (isFile && !path.endsWith('.ts')) return 'A file of a program ends in .ts'
  if (files.some((file) => file.path === path || file.path.startsWith(`${path}/`))) return `${path} is there already`
  return null
}

function asProgram(example: Original): KeptProgram {
  const { title, entry, files, era = null } = example
  return { title, entry, files, active: entry, era, memory: null, own: false }
}

function isFirst(id: string, entry: string): boolean {
  return FIRST_EXAMPLE.endsWith(`/${entry}`) && FIRST_EXAMPLE.startsWith(id.split('/')[0] ?? id)
}

function sameFiles(a: readonly SourceFile[], b: readonly SourceFile[]): boolean {
  return a.length === b.length && a.every((file, at) => file.path === b[at]?.path && file.text === b[at].text)
}
