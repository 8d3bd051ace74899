/** Where the selected memory is at the playhead: its frames, and its address within them. */
import type { Inspection, Target } from '../../../src-core/protocol/messages.ts'
import { Latest } from '../../canvas/latest.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useSelectionStore } from '../../stores/selection.ts'
import { useSessionStore } from '../../stores/session.ts'
import type { FrameRun } from './draw-map.ts'

interface LocateAsk {
  readonly run: number
  readonly step: number
  readonly target: Target
}

export interface SelectionPorts {
  /** Brings a frame on screen: what was just selected. */
  readonly reveal: (pfn: number) => void
  /** The frames are known, or there are none any more. */
  readonly moved: () => void
  /** The address within them is known. */
  readonly addressed: () => void
}

export function useMapSelection({ reveal, moved, addressed }: SelectionPorts) {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  let frames: FrameRun | null = null
  let allocation = 0
  let address = -1
  let addressOf = ''
  let wantReveal = false

  const locateQuestion = new Latest<LocateAsk, FrameRun>(
    (ask) => session.call('locate', ask),
    (answer, ask) => {
      if (ask.run !== session.runId) return
      const { target } = ask
      // A frame stays where it is, whatever occupies it.
      frames = 'pfn' in target ? { pfn: target.pfn, frames: 1 } : answer.pfn < 0 ? null : answer
      allocation = 'allocation' in target ? target.allocation : 0
      askAddress(ask.run, ask.step)
      if (wantReveal && frames !== null) reveal(frames.pfn)
      wantReveal = false
      moved()
    },
    () => {
      frames = null
      moved()
    },
  )
  const addressQuestion = new Latest<{ run: number; step: number; allocation: number }, Inspection>(
    ({ run, step, allocation: id }) => session.call('inspect', { run, step, target: { allocation: id } }),
    (inspection, { run, allocation: id }) => {
      if (addressOf !== `${run}/${id}`) return
      address = inspection.physical === '' ? -1 : Number(inspection.physical)
      addressed()
    },
    () => undefined,
  )

  /** Memory does not move: its address is asked for once. */
  function askAddress(run: number, step: number): void {
    const key = `${run}/${allocation}`
    if (key === addressOf) return
    addressOf = key
    address = -1
    if (allocation > 0) addressQuestion.ask({ run, step, allocation })
  }

  /** Finds the selection at the playhead. */
  function locate(): void {
    const { target } = selection
    if (target !== null && session.runId !== 0) {
      locateQuestion.ask({ run: session.runId, step: cursor.step, target })
      return
    }
    locateQuestion.drop()
    frames = null
    allocation = 0
    address = -1
    addressOf = ''
    moved()
  }

  return {
    /** The selected frames; null if nothing is selected or it has none. */
    frames: () => frames,
    /** The selected allocation, 0 if a frame or nothing is selected. */
    allocation: () => allocation,
    /** Physical address of the selected memory, -1 if none. */
    address: () => address,
    locate,
    /** The same for what was just selected, which is brought on screen, too. */
    locateAndReveal: () => {
      wantReveal = true
      locate()
    },
    drop: () => locateQuestion.drop(),
    questions: [locateQuestion, addressQuestion] as const,
  }
}
