/** Times from the end of the typing pause to problems on screen, for the bench. Milliseconds. */

const MOST = 200
const times: number[] = []
let pausedAt: number | null = null

/** The typing pause has just ended. */
export function markPause(): void {
  pausedAt = performance.now()
}

/** The problems of the newest run are in the page; the frame that shows them ends the measurement. */
export function markDrawn(): void {
  const from = pausedAt
  pausedAt = null
  if (from === null) return
  requestAnimationFrame(() => {
    times.push(performance.now() - from)
    if (times.length > MOST) times.shift()
  })
}

/** Every measured edit so far, oldest first. */
export function editTimes(): readonly number[] {
  return times.slice()
}
