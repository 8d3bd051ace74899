/** The frames that a program's memory takes in its run: what the map shows at first. */
import { Latest } from '../../canvas/latest.ts'
import { useSessionStore } from '../../stores/session.ts'
import type { FrameRun } from './draw-map.ts'

/** `came` is called when the frames of the run of now are known. */
export function useProgramMemory(came: () => void) {
  const session = useSessionStore()
  let memory: readonly FrameRun[] = []
  const question = new Latest<{ run: number }, { readonly runs: readonly FrameRun[] }>(
    (ask) => session.call('programMemory', ask),
    ({ runs }, ask) => {
      if (ask.run !== session.runId) return
      memory = runs
      came()
    },
    () => undefined,
  )
  /** Asks anew for a run; 0 = there is none. */
  function follow(run: number): void {
    question.drop()
    memory = []
    if (run !== 0) question.ask({ run })
  }
  return { runs: () => memory, follow, question }
}
