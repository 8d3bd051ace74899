/** How a worker's end is noticed: it holds a lock of its name while it lives, and nothing else tells of `close()`. */

const LOCK_POLL_MS = 50

/** Called by a worker as it starts. */
export function holdLife(): void {
  void navigator.locks.request(self.name, () => new Promise<never>(() => {}))
}

/** Calls back when the worker of this name has ended: whoever gets its lock after it knows that it is dead. */
export async function awaitDeath(name: string, signal: AbortSignal, dead: () => void): Promise<void> {
  const isHeld = async (): Promise<boolean> => {
    const { held } = await navigator.locks.query()
    return held?.some((lock) => lock.name === name) ?? false
  }
  // Its request may still be on the way.
  while (!signal.aborted && !(await isHeld())) await new Promise((later) => setTimeout(later, LOCK_POLL_MS))
  await navigator.locks.request(name, { signal }, dead).catch(() => {})
}
