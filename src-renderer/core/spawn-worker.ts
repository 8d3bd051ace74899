/** Workers of the core in a browser, with their ends watched: by an error, and by the lock that a live one holds. */
import { awaitDeath } from './worker-life.ts'

/** What the core needs of a worker that it starts; `From` comes from it, `To` goes to it. */
export interface SpawnedWorker<From, To> {
  post(message: To): void
  onMessage(handler: (message: From) => void): void
  onDeath(handler: (reason: string) => void): void
  kill(): void
}

/** Wraps a worker that was just started under `name`, which no other worker has. */
export function watched<From, To>(worker: Worker, name: string): SpawnedWorker<From, To> {
  const over = new AbortController()
  let onDeath: (reason: string) => void = () => undefined
  const died = (reason: string): void => {
    if (over.signal.aborted) return
    over.abort()
    onDeath(reason)
  }
  worker.onerror = (event) => {
    event.preventDefault()
    died(event.message || 'it could not be loaded')
  }
  void awaitDeath(name, over.signal, () => died('it ended unexpectedly'))
  return {
    post: (message) => worker.postMessage(message),
    onMessage(handler) {
      worker.onmessage = (event: MessageEvent<From>) => handler(event.data)
    },
    onDeath: (handler) => (onDeath = handler),
    kill() {
      over.abort()
      worker.terminate()
    },
  }
}
