/** Times from an edit to the views that show it, the typing pause among them, for the bench. Milliseconds. */
import { viewsQuiet } from '../canvas/views.ts'

const MOST = 200
const times: number[] = []
let editedAt: number | null = null

/** The text has just changed: by a key, or because another program was opened. */
export function markEdit(): void {
  editedAt = performance.now()
}

/** The newest run is in the page; the frame in which every view has drawn it ends the measurement. */
export function markDrawn(): void {
  const from = editedAt
  editedAt = null
  if (from === null) return
  requestAnimationFrame(() => {
    void viewsQuiet().then(() => {
      times.push(performance.now() - from)
      if (times.length > MOST) times.shift()
    })
  })
}

/** Every measured edit so far, oldest first. */
export function editTimes(): readonly number[] {
  return times.slice()
}
