/** Saves the run on screen as a file: part by part, with how far it is, until it is done or nobody wants it. */
import { onBeforeUnmount, shallowRef } from 'vue'
import type { TraceForm } from '../../src-core/protocol/trace-file.ts'
import { saveFile } from '../canvas/picture.ts'
import { fileNameOf } from '../core/share.ts'
import { useDocumentStore } from '../stores/document.ts'
import { useSessionStore } from '../stores/session.ts'

const ENDINGS: Readonly<Record<TraceForm, string>> = { perfetto: 'pftrace', columns: 'pwtrace' }

export function useTraceFile() {
  const session = useSessionStore()
  const document = useDocumentStore()
  /** Share of the file that is made; null = none is being made. */
  const share = shallowRef<number | null>(null)
  /** What came of the last one. */
  const said = shallowRef('')
  let wanted = 0

  async function save(form: TraceForm): Promise<void> {
    const mine = ++wanted
    const name = `${fileNameOf(document.title)}.${ENDINGS[form]}`
    const parts: Uint8Array<ArrayBuffer>[] = []
    said.value = ''
    share.value = 0
    try {
      const run = session.runId
      while (share.value < 1) {
        const answer = await session.call('traceFile', { run, form, part: parts.length })
        if (mine !== wanted) return
        parts.push(answer.bytes)
        share.value = answer.share
      }
      saveFile(name, new Blob(parts))
      said.value = `Saved as ${name}.`
    } catch (error) {
      if (mine !== wanted) return
      said.value = `The trace could not be saved: ${error instanceof Error ? error.message : String(error)}`
    }
    share.value = null
  }

  function stop(): void {
    wanted++
    share.value = null
    said.value = 'Stopped; nothing was saved.'
  }
  onBeforeUnmount(() => wanted++)
  return { share, said, save, stop }
}
