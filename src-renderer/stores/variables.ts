/** What each variable of the program is at the playhead: owner, reference, borrowed, moved, freed. */
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import type { VariableRow } from '../../src-core/protocol/messages.ts'
import { useCursorStore } from './cursor.ts'
import { useSessionStore } from './session.ts'

export const useVariablesStore = defineStore('variables', () => {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const rows = shallowRef<readonly VariableRow[]>([])

  async function load(): Promise<void> {
    const run = session.runId
    const { step } = cursor
    if (run === 0) {
      rows.value = []
      return
    }
    const answer = await session.call('variables', { run, step }).catch(() => null)
    // A newer question has its own answer.
    if (answer !== null && run === session.runId && step === cursor.step) rows.value = answer.rows
  }
  watch([() => session.runId, () => cursor.step], () => void load(), { immediate: true })

  /** Variables of a file by the line that stored them, in the order of their columns. */
  function byLine(file: string): Map<number, readonly VariableRow[]> {
    const lines = new Map<number, VariableRow[]>()
    for (const row of rows.value) {
      if (row.file !== file) continue
      const list = lines.get(row.line)
      if (list === undefined) lines.set(row.line, [row])
      else list.push(row)
    }
    for (const list of lines.values()) list.sort((a, b) => a.column - b.column)
    return lines
  }

  return { rows, byLine }
})
