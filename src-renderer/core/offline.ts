/**
 * Registers the service worker of the browser edition (made by scripts/build/service-worker.ts): the app then starts
 * without a network, and has its response headers from any web server. After the first run, which has precedence.
 */

import { watch } from 'vue'
import { useSessionStore } from '../stores/session.ts'

/** Milliseconds after the first run, or after a text that does not compile: views and the check of types go first. */
const LATER = 3_000

/** Call once, when the stores are there. */
export function keepOffline(): void {
  if (!import.meta.env.PROD || window.pageward !== undefined || !('serviceWorker' in navigator)) return
  const session = useSessionStore()
  const stop = watch(
    () => session.summary !== null || session.errors.length > 0 || session.failure !== null,
    (settled) => {
      if (!settled) return
      setTimeout(register, LATER)
      stop()
    },
  )
}

function register(): void {
  navigator.serviceWorker.register('./service-worker.js').catch((error: unknown) => {
    console.warn(`the app cannot be kept for use offline: ${String(error)}`)
  })
}
