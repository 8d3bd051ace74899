/** Files that a person gives the app: a shared program or a layout. Says what is wrong with a file that is neither. */
import { damaged, readOurs, textOfFile, WrongFile } from '../core/import-file.ts'
import { readShared, sharedOf, type Shared } from '../core/share.ts'
import { isRecord } from '../core/storage.ts'
import { useDocumentStore } from '../stores/document.ts'
import { useLayoutStore } from '../stores/layout.ts'
import { useSessionStore } from '../stores/session.ts'

export const LAYOUT_FORMAT = 'pageward.layout/1'

/** Asks for a file; null if none was chosen. */
function chooseFile(accept: string): Promise<File | null> {
  return new Promise((resolve) => {
    const input = window.document.createElement('input')
    input.type = 'file'
    input.accept = accept
    input.onchange = () => resolve(input.files?.[0] ?? null)
    input.oncancel = () => resolve(null)
    input.click()
  })
}

export async function takeLayout(): Promise<void> {
  const file = await chooseFile('.json,application/json')
  if (file !== null) await openLayoutFile(file)
}

export async function openLayoutFile(file: File): Promise<void> {
  await told(async () => {
    const { dock } = readOurs(await textOfFile(file), file.name, 'pageward.layout')
    if (!isRecord(dock) || !useLayoutStore().load(dock)) throw damaged(file.name, 'its panels cannot be placed')
  })
}

/** Opens a `.pageward` file, or a plain TypeScript file as a snippet of its own. */
export async function takeProgram(): Promise<void> {
  const file = await chooseFile('.pageward,.ts,application/json,text/plain')
  if (file !== null) await openProgramFile(file)
}

export async function openProgramFile(file: File): Promise<void> {
  await told(async () => {
    const text = await textOfFile(file)
    const shared = readShared(text)
    if (shared === null && /\.ts$/.test(file.name)) useDocumentStore().newSnippet(text, file.name)
    else openShared(shared ?? sharedOf(text, file.name), file.name)
  })
}

/** Opens a shared program beside what is there, under the schedule that it was shared with; nothing is replaced. */
export function openShared({ program, schedule, layout }: Shared, name = 'The program'): void {
  useDocumentStore().adopt(program)
  if (schedule !== null) useSessionStore().willReplay(schedule)
  if (layout === null || useLayoutStore().load(layout)) return
  useSessionStore().say(`${name} was opened. Its layout is damaged: your panels are as they were.`)
}

/** Says what is wrong with a file. */
async function told(read: () => Promise<void>): Promise<void> {
  try {
    await read()
  } catch (error) {
    if (!(error instanceof WrongFile)) throw error
    useSessionStore().say(error.message)
  }
}
